// A token's claims for human eyes, or as JSON.
//
// SECRETS: the provisioning token and password are shown as five stars.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "protocol/choria/token_claims.h"

namespace antiphon::jwt {

using Utf8Errors = nlohmann::ordered_json::error_handler_t;

// A JSON object of claims, indented, without secrets. claims_json must have been parsed as claims.
std::string claims_for_display(std::string_view claims_json);

// One line per claim that says something: who, what for, until when, what it grants. Control
// characters of the token do not reach the terminal.
std::string describe_claims(std::string_view claims_json, int64_t now_unix_s);

// "2026-11-23T04:00:00Z (in 59m 59s)"
std::string describe_expiry(const choria::StandardClaims& claims, int64_t now_unix_s);

}  // namespace antiphon::jwt
