// Tokens for tests of Choria's logins: one for each case that a login may meet, by name.
//
// MODEL: keys are the fixed seeds of token_vectors.h, and two more.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "protocol/bytes/ed25519.h"

namespace antiphon::testing_choria {

inline constexpr int64_t kNow = 1'750'000'100;
inline constexpr int64_t kEnd = kNow + 3600;        // of tokens
inline constexpr int64_t kIssuerEnd = kNow + 7200;  // of the chain issuer

inline constexpr char kOtherOrganization = 9;  // seeds
inline constexpr char kStranger = 7;
Ed25519Seed seed_of(char byte);

using Tokens = std::map<std::string, std::string, std::less<>>;
const Tokens& all_tokens();

}  // namespace antiphon::testing_choria
