// How a federation broker logs in to one side's brokers: by certificate, by user and password, by one
// of Choria's tokens.
//
// MODEL: who has a token signs the nonce that the broker says in its INFO with the seed that belongs
// to it, as Choria's clients do. Both files are read again before each dial: tokens end, and are
// renewed in place. What can be seen to be wrong with them is said here and not by a broker, which
// only says no: a token that has ended or is none, a seed that is another one's.
// SECRETS: the seed is kept between the dial and the login only, and shown nowhere.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/wire/connect_line.h"
#include "protocol/bytes/ed25519.h"

namespace antiphon::federation {

struct TokenFiles {
  std::string token;  // both or neither
  std::string seed;
  bool empty() const { return token.empty() && seed.empty(); }
};

class SideLogin {
 public:
  SideLogin(fleet::Credentials user, TokenFiles files)
      : credentials_(std::move(user)), files_(std::move(files)) {}

  // Before each dial. The error says what to do.
  absl::Status prepare(int64_t now_unix_s);
  // For CONNECT; the seed is forgotten.
  fleet::Credentials show(std::string_view nonce);

 private:
  fleet::Credentials credentials_;
  const TokenFiles files_;
  std::optional<Ed25519Seed> seed_;
};

}  // namespace antiphon::federation
