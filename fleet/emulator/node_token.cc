#include "fleet/emulator/node_token.h"

#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"
#include "protocol/choria/ksuid.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"

namespace antiphon::fleet {
namespace {

constexpr int64_t kValiditySeconds = 24 * 60 * 60;

// Throws what CLI11 shows.
TokenIssuer read_issuer(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  SecretText text(std::string(std::istreambuf_iterator<char>(file), {}));
  auto key = choria::TokenSigningKey::from_text(text.view());
  if (!key.ok()) {
    throw CLI::ValidationError("--token-issuer",
                               absl::StrCat(path, ": ", key.status().message()));
  }
  return std::make_shared<const choria::TokenSigningKey>(*std::move(key));
}

}  // namespace

NodeToken make_node_token(const choria::TokenSigningKey& issuer, const std::string& identity,
                          const std::vector<std::string>& collectives, int64_t now_unix_s) {
  NodeToken made{Ed25519Seed::random(), {}};
  choria::ServerClaims claims;
  claims.identity = identity;
  claims.collectives = collectives;
  claims.organization = choria::kDefaultOrganization;
  claims.permissions = choria::ServerPermissions{};
  claims.standard.purpose = choria::kServerPurpose;
  claims.standard.issuer = "Antiphon";
  claims.standard.public_key = choria::ed25519_to_hex(made.seed.public_key());
  claims.standard.issued_at = claims.standard.not_before = now_unix_s;
  claims.standard.expires_at = now_unix_s + kValiditySeconds;
  claims.standard.id = choria::make_random_ksuid(now_unix_s).value_or("");
  std::string json;
  choria::write_server_claims(claims, json);
  auto text = choria::make_token(json, issuer);
  AP_CHECK(text.ok());  // it is a key that can sign
  made.text = *std::move(text);
  return made;
}

Credentials credentials_by(const NodeToken& token, std::string_view nonce) {
  Credentials credentials;
  credentials.token = token.text;
  if (!nonce.empty()) append_base64url(credentials.signature, token.seed.sign(nonce));
  return credentials;
}

void add_token_issuer_flag(CLI::App& command, TokenIssuer& issuer) {
  command
      .add_option_function<std::string>(
          "--token-issuer", [&issuer](const std::string& path) { issuer = read_issuer(path); },
          "File with the seed of a tokens' issuer: each node logs in by a server's token of its own, "
          "which it has signed")
      ->check(CLI::ExistingFile);
}

}  // namespace antiphon::fleet
