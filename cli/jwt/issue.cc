#include "cli/jwt/issue.h"

#include <absl/strings/str_cat.h>

#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "broker/auth/choria_decision.h"
#include "broker/auth/choria_grants.h"
#include "broker/config/duration.h"
#include "cli/jwt/jwt_action.h"
#include "cli/jwt/key_files.h"
#include "cli/jwt/token_report.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/ksuid.h"
#include "protocol/choria/token.h"

namespace antiphon::jwt {
namespace {

constexpr std::string_view kIssuer = "Antiphon";

absl::Status granted_or_not(bool granted) {
  if (granted) return absl::OkStatus();
  ChoriaDecision decision;
  decision.refusal = ChoriaRefusal::kUnsafeNames;
  return absl::InvalidArgumentError(to_absl(choria_refusal_text(decision)));
}

}  // namespace

int64_t now_unix_s() {
  using std::chrono::duration_cast;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return duration_cast<std::chrono::seconds>(now).count();
}

absl::StatusOr<choria::StandardClaims> new_claims(std::string_view purpose,
                                                  const std::string& validity) {
  const auto duration = parse_choria_duration(validity);
  const int64_t seconds =
      duration ? std::chrono::duration_cast<std::chrono::seconds>(*duration).count() : 0;
  if (seconds < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--validity: not a duration of a second or more: ", validity));
  }
  choria::StandardClaims claims;
  const int64_t now = now_unix_s();
  const auto id = choria::make_random_ksuid(now);
  if (!id) return absl::InternalError("no id could be made: the clock or the system's randomness");
  claims.purpose = purpose;
  claims.issuer = kIssuer;
  claims.id = *id;
  claims.issued_at = claims.not_before = now;
  claims.expires_at = now + seconds;
  return claims;
}

absl::Status grantable(const choria::ClientClaims& claims) {
  return granted_or_not(grant_client(claims, ChoriaAccount::kChoria).has_value());
}

absl::Status grantable(const choria::ServerClaims& claims) {
  return granted_or_not(grant_server(claims, {}).has_value());
}

int save_token(const std::string& path, const std::string& claims_json,
               const choria::TokenSigningKey& key, bool as_json) {
  const auto token = choria::make_token(claims_json, key);
  if (!token.ok()) return fail(kStatusFailed, to_std(token.status().message()));
  const absl::Status written = write_private_file(path, *token, Existing::kReplace);
  if (!written.ok()) return fail(kStatusFailed, to_std(written.message()));
  if (as_json) {
    nlohmann::ordered_json report;
    report["file"] = path;
    report["claims"] = nlohmann::ordered_json::parse(claims_for_display(claims_json));
    std::printf("%s\n", report.dump(2, ' ', false, Utf8Errors::replace).c_str());
  } else {
    std::printf("Saved token to %s, use 'antiphon jwt view %s' to view it\n", path.c_str(),
                path.c_str());
  }
  return 0;
}

}  // namespace antiphon::jwt
