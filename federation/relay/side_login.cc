#include "federation/relay/side_login.h"

#include <absl/strings/str_cat.h>
#include <absl/time/time.h>

#include "broker/config/secret_files.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"

namespace antiphon::federation {
namespace {

absl::Status wrong(const std::string& file, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", to_absl(what)));
}

// Whether a broker could let its holder in, as far as that can be told without the issuer's key.
absl::Status check_token(const std::string& file, std::string_view text, int64_t now_unix_s,
                         choria::StandardClaims& claims) {
  choria::Token token;
  if (const auto fault = choria::parse_token(text, token); fault != choria::TokenFault::kNone) {
    return wrong(file, choria::token_fault_text(fault));
  }
  if (choria::parse_standard_claims(token.claims, claims)) return wrong(file, "malformed claims");
  if (choria::token_purpose(claims) != choria::TokenPurpose::kClient) {
    return wrong(file, "is no client's token: federation brokers log in as clients");
  }
  const std::optional<int64_t> end = choria::effective_expiry(claims);
  if (end && *end <= now_unix_s) {
    return wrong(file, "the token has ended at " +
                           absl::FormatTime(absl::FromUnixSeconds(*end), absl::UTCTimeZone()) +
                           ": put a new one there");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SideLogin::prepare(int64_t now_unix_s) {
  if (files_.empty()) return absl::OkStatus();
  absl::StatusOr<std::string> token = read_token_file(files_.token);
  if (!token.ok()) return token.status();
  choria::StandardClaims claims;
  if (absl::Status status = check_token(files_.token, *token, now_unix_s, claims); !status.ok()) {
    return status;
  }
  const absl::StatusOr<choria::TokenSigningKey> key = read_signing_key(files_.seed);
  if (!key.ok()) return key.status();
  if (key->seed() == nullptr) return wrong(files_.seed, "is no Ed25519 seed");
  if (choria::ed25519_from_hex(claims.public_key) != key->seed()->public_key()) {
    return wrong(files_.seed, "is not the seed of the token in " + files_.token);
  }
  credentials_.token = *std::move(token);
  seed_ = Ed25519Seed::from_bytes(key->seed()->bytes());
  return absl::OkStatus();
}

fleet::Credentials SideLogin::show(std::string_view nonce) {
  fleet::Credentials shown = credentials_;
  if (seed_ && !nonce.empty()) append_base64url(shown.signature, seed_->sign(nonce));
  seed_.reset();
  return shown;
}

}  // namespace antiphon::federation
