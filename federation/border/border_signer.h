// Signs requests for the other side of a border, with what its authority has given for that: a
// privileged certificate (version 1), or a delegator's token beside a caller's (version 2).
//
// MODEL: what nodes of the other side check (go-choria 0.29.4). Version 1: a certificate with a
// privileged name may claim any caller. Version 2: the delegator's token and the caller's must be of
// one issuer, so the asker's own token means nothing there; the caller's token that is shown says that
// its requests must be signed by a delegator, so that it is worth nothing alone, and the request names
// whom the policy says.
// WHY read again: tokens end and are renewed in place. LIMITS: read once in kReadEveryS seconds.
// SECRETS: keys and seeds stay in memory and are shown nowhere.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/bytes/ed25519.h"
#include "protocol/choria/certificate.h"

namespace antiphon::federation {

struct BorderFiles {
  std::string certificate, key;            // of version 1, or neither
  std::string token, seed, caller_token;  // of version 2, or none
  bool signs_v1() const { return !certificate.empty(); }
  bool signs_v2() const { return !token.empty(); }
};

class BorderSigner {
 public:
  static constexpr int64_t kReadEveryS = 60;

  explicit BorderSigner(BorderFiles files) : files_(std::move(files)) {}

  // Before signing; reads the files when that was not done lately. The error says which is wrong.
  absl::Status prepare(int64_t now_unix_s);

  // The JSON of the secure request around this one. REQUIRES: prepare() was right.
  absl::StatusOr<std::string> sign_v1(std::string request_json) const;
  absl::StatusOr<std::string> sign_v2(std::string request_json) const;

 private:
  absl::Status read_v1();
  absl::Status read_v2(int64_t now_unix_s);

  const BorderFiles files_;
  std::optional<int64_t> read_at_s_;
  std::optional<choria::RsaKey> key_;
  std::string certificate_;
  std::optional<Ed25519Seed> seed_;
  std::string signer_token_;
  std::string caller_token_;
};

}  // namespace antiphon::federation
