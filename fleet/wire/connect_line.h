// The CONNECT line of a client, with the options that Choria's clients and nodes send.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocol/bytes/ed25519.h"

namespace antiphon::fleet {

// SECRETS: they are sent to the server and shown nowhere; a seed is not even sent.
struct Credentials {
  std::string user{};
  std::string password{};
  std::string token{};      // one of Choria's
  std::string signature{};  // of the server's nonce by the token's holder: base64url, not padded
  std::string auth_token{};  // the word that a NATS server may ask for
  std::string nkey{};        // the public one; its seed is below
  std::string jwt{};         // of a NATS user
  std::shared_ptr<const Ed25519Seed> seed{};  // signs the nonce; null: nothing is to be signed
};

// Whether the server sends a client what it has published itself.
enum class Echo : bool { kOff, kOn };

// With the signature of this nonce, if there is a seed.
Credentials sign_nonce(const Credentials& credentials, std::string_view nonce);

// Appends "CONNECT {json} CRLF". Not verbose, not pedantic, with headers and no_responders.
void append_connect_line(std::string_view name, const Credentials& credentials, bool over_tls,
                         std::string& out, Echo echo = Echo::kOn);

}  // namespace antiphon::fleet
