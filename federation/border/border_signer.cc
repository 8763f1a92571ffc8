#include "federation/border/border_signer.h"

#include <absl/strings/str_cat.h>

#include "broker/config/secret_files.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/secure_v2.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_key.h"
#include "protocol/choria/verify.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kProof = "does this key belong to this certificate?";

absl::Status wrong(const std::string& file, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", to_absl(what)));
}

absl::Status read_claims(const std::string& file, int64_t now_unix_s, std::string& text,
                         choria::ClientClaims& claims) {
  absl::StatusOr<std::string> read = read_token_file(file);
  if (!read.ok()) return read.status();
  text = *std::move(read);
  choria::Token token;
  if (const auto fault = choria::parse_token(text, token); fault != choria::TokenFault::kNone) {
    return wrong(file, choria::token_fault_text(fault));
  }
  if (choria::parse_client_claims(token.claims, claims) ||
      choria::token_purpose(claims.standard) != choria::TokenPurpose::kClient) {
    return wrong(file, "is no client's token");
  }
  const std::optional<int64_t> end = choria::effective_expiry(claims.standard);
  return end && *end <= now_unix_s ? wrong(file, "the token has ended: put a new one there")
                                   : absl::OkStatus();
}

}  // namespace

absl::Status BorderSigner::prepare(int64_t now_unix_s) {
  if (read_at_s_ && now_unix_s - *read_at_s_ < kReadEveryS) return absl::OkStatus();
  read_at_s_.reset();
  if (files_.signs_v1()) {
    if (absl::Status status = read_v1(); !status.ok()) return status;
  }
  if (files_.signs_v2()) {
    if (absl::Status status = read_v2(now_unix_s); !status.ok()) return status;
  }
  read_at_s_ = now_unix_s;
  return absl::OkStatus();
}

absl::Status BorderSigner::read_v1() {
  absl::StatusOr<std::string> pem = read_public_file(files_.certificate, choria::kPemBytesMax);
  if (!pem.ok()) return pem.status();
  const auto certificate = choria::Certificate::from_pem(*pem);
  if (!certificate || !certificate->has_rsa_key()) {
    return wrong(files_.certificate, "holds no certificate with an RSA key");
  }
  const absl::StatusOr<SecretText> key_pem = read_secret_file(files_.key);
  if (!key_pem.ok()) return key_pem.status();
  absl::StatusOr<choria::RsaKey> key = choria::RsaKey::from_pem(key_pem->view());
  if (!key.ok()) return wrong(files_.key, to_std(key.status().message()));
  const absl::StatusOr<std::string> proof = key->sign(kProof);
  if (!proof.ok()) return wrong(files_.key, to_std(proof.status().message()));
  if (!certificate->verify(kProof, *proof)) {
    return wrong(files_.key, "is not the key of the certificate in " + files_.certificate);
  }
  certificate_ = *std::move(pem);
  key_ = *std::move(key);
  return absl::OkStatus();
}

absl::Status BorderSigner::read_v2(int64_t now_unix_s) {
  choria::ClientClaims signer, caller;
  for (const auto& [file, text, claims] :
       {std::tuple(&files_.token, &signer_token_, &signer),
        std::tuple(&files_.caller_token, &caller_token_, &caller)}) {
    absl::Status status = read_claims(*file, now_unix_s, *text, *claims);
    if (!status.ok()) return status;
  }
  if (!signer.permissions || !signer.permissions->authentication_delegator) {
    return wrong(files_.token, "the token may not sign for others (make it with --auth-delegation)");
  }
  if (!caller.permissions || !caller.permissions->signed_fleet_management) {
    return wrong(files_.caller_token,
                 "its requests need no delegator, so whoever has it could send his own (make it "
                 "with --signed-fleet-management)");
  }
  const absl::StatusOr<choria::TokenSigningKey> key = read_signing_key(files_.seed);
  if (!key.ok()) return key.status();
  if (key->seed() == nullptr || choria::ed25519_from_hex(signer.standard.public_key) !=
                                    key->seed()->public_key()) {
    return wrong(files_.seed, "is not the seed of the token in " + files_.token);
  }
  seed_ = Ed25519Seed::from_bytes(key->seed()->bytes());
  return absl::OkStatus();
}

absl::StatusOr<std::string> BorderSigner::sign_v1(std::string request_json) const {
  absl::StatusOr<choria::SecureRequest> secure =
      choria::sign_request(std::move(request_json), *key_, certificate_);
  if (!secure.ok()) return secure.status();
  std::string out;
  choria::append_secure_request(*secure, out);
  return out;
}

absl::StatusOr<std::string> BorderSigner::sign_v2(std::string request_json) const {
  choria::SecureRequestV2 secure;
  secure.signature = seed_->sign(request_json);
  secure.request = std::move(request_json);
  secure.caller = caller_token_;
  secure.signer = signer_token_;
  std::string out;
  choria::append_secure_request_v2(secure, out);
  return out;
}

}  // namespace antiphon::federation
