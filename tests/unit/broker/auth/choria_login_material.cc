#include "tests/unit/broker/auth/choria_login_material.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::testing_choria {
namespace {

using choria::ClientClaims;
using choria::ClientPermissions;
using choria::ProvisioningClaims;
using choria::ServerClaims;
using choria::StandardClaims;
using choria::TokenPublicKey;
using choria::TokenSigningKey;

constexpr char kOtherOrganization = 9;  // seeds
constexpr char kStranger = 7;

Ed25519Seed seed_of(char byte) {
  return *Ed25519Seed::from_bytes(std::string(32, byte));
}
TokenSigningKey ed25519(char byte) {
  return TokenSigningKey(seed_of(byte));
}
TokenSigningKey organization() {
  return ed25519(vectors::kOrganizationSeedByte);
}
TokenSigningKey rsa() {
  return *TokenSigningKey::from_text(vectors::kAliceKey);
}
TokenPublicKey public_key(std::string_view text) {
  return *TokenPublicKey::from_text(text);
}

// ---- Tokens ------------------------------------------------------------------------------------

std::string sign(const TokenSigningKey& key, const ClientClaims& claims) {
  std::string json;
  choria::write_client_claims(claims, json);
  return choria::make_token(json, key).value();
}
std::string sign(const TokenSigningKey& key, const ServerClaims& claims) {
  std::string json;
  choria::write_server_claims(claims, json);
  return choria::make_token(json, key).value();
}
std::string sign(const TokenSigningKey& key, const ProvisioningClaims& claims) {
  std::string json;
  choria::write_provisioning_claims(claims, json);
  return choria::make_token(json, key).value();
}

StandardClaims standard(std::string_view purpose) {
  StandardClaims claims;
  claims.purpose = purpose;
  claims.public_key = vectors::kUserKey;
  claims.issuer = "Choria Tokens Package";
  claims.id = vectors::kChainedId;
  claims.issued_at = vectors::kChainedIssuedAt;
  claims.not_before = vectors::kChainedIssuedAt;
  claims.expires_at = kEnd;
  return claims;
}

ClientClaims client() {
  ClientClaims claims;
  claims.caller_id = "up=alice";
  claims.organization = "choria";
  claims.permissions.emplace();
  claims.standard = standard(choria::kClientPurpose);
  return claims;
}
ClientClaims client_with(bool ClientPermissions::*flag) {
  ClientClaims claims = client();
  (*claims.permissions).*flag = true;
  return claims;
}
ServerClaims server() {
  ServerClaims claims;
  claims.identity = "n1.example.net";
  claims.organization = "choria";
  claims.collectives = {"mcollective"};
  claims.permissions.emplace();
  claims.standard = standard(choria::kServerPurpose);
  return claims;
}
ProvisioningClaims provisioning() {
  ProvisioningClaims claims;
  claims.token = "opens-the-agent";
  claims.urls = "nats://p1.example.net:4222";
  claims.organization = "choria";
  claims.standard = standard(choria::kProvisioningPurpose);
  claims.standard.public_key.clear();
  return claims;
}

StandardClaims chain_issuer(const Ed25519Seed& appointer, std::string_view key) {
  StandardClaims claims = standard(choria::kClientPurpose);
  claims.id = vectors::kIssuerId;
  claims.issued_at = vectors::kIssuerIssuedAt;
  claims.public_key = key;
  claims.expires_at = kIssuerEnd;
  EXPECT_TRUE(choria::appoint_chain_issuer(appointer, claims).ok());
  return claims;
}
template <typename Claims>
Claims chained(Claims claims) {
  const StandardClaims issuer =
      chain_issuer(seed_of(vectors::kOrganizationSeedByte), vectors::kIssuerKey);
  EXPECT_TRUE(
      choria::chain_to_issuer(issuer, seed_of(vectors::kIssuerSeedByte), claims.standard).ok());
  return claims;
}
TokenSigningKey issuer() {
  return ed25519(vectors::kIssuerSeedByte);
}

using Tokens = std::map<std::string, std::string, std::less<>>;

void add_clients(Tokens& all) {
  all["client"] = sign(organization(), client());
  all["client.fleet"] = sign(organization(), client_with(&ClientPermissions::fleet_management));
  all["client.admin"] = sign(organization(), client_with(&ClientPermissions::org_admin));
  all["client.system"] = sign(organization(), client_with(&ClientPermissions::system_user));
  all["client.provisioner"] = sign(organization(), client_with(&ClientPermissions::provisioner));
  all["client.delegator"] =
      sign(organization(), client_with(&ClientPermissions::authentication_delegator));
  all["client.governor"] = sign(organization(), client_with(&ClientPermissions::governor));
  const auto changed = [&](const char* name, auto change) {
    ClientClaims claims = client();
    change(claims);
    all[name] = sign(organization(), claims);
  };
  changed("client.no_flags", [](ClientClaims& c) { c.permissions.reset(); });
  changed("client.endless", [](ClientClaims& c) { c.standard.expires_at.reset(); });
  changed("client.expired", [](ClientClaims& c) { c.standard.expires_at = kNow - 1; });
  changed("client.ends_now", [](ClientClaims& c) { c.standard.expires_at = kNow; });
  changed("client.ends_next", [](ClientClaims& c) { c.standard.expires_at = kNow + 1; });
  changed("client.early", [](ClientClaims& c) { c.standard.not_before = kNow + 1; });
  changed("client.from_future", [](ClientClaims& c) { c.standard.issued_at = kNow + 1; });
  changed("client.issuer_over", [](ClientClaims& c) { c.standard.issuer_expires_at = kNow; });
  changed("client.nobody", [](ClientClaims& c) { c.caller_id.clear(); });
  changed("client.no_key", [](ClientClaims& c) { c.standard.public_key.clear(); });
  changed("client.bad_key", [](ClientClaims& c) { c.standard.public_key = "abcd"; });
  changed("client.no_ou", [](ClientClaims& c) { c.organization.clear(); });
  changed("client.unknown_ou", [](ClientClaims& c) { c.organization = "nobody"; });
  changed("client.other_ou", [](ClientClaims& c) { c.organization = "other"; });
  changed("client.bad_subject", [](ClientClaims& c) { c.publish_subjects = {"a..b"}; });
  changed("client.crlf_subject", [](ClientClaims& c) { c.subscribe_subjects = {"a\r\nPUB b 0"}; });
  changed("client.subjects", [](ClientClaims& c) { c.publish_subjects = {"metrics.>"}; });
  changed("client.no_purpose", [](ClientClaims& c) { c.standard.purpose.clear(); });
  changed("client.odd_purpose", [](ClientClaims& c) { c.standard.purpose = "choria_robot"; });
  ClientClaims foreign = client();
  foreign.organization = "other";
  all["client.of_other"] = sign(ed25519(kOtherOrganization), foreign);
  all["client.strangers"] = sign(ed25519(kStranger), client());
  all["client.self_signed"] = sign(ed25519(vectors::kUserSeedByte), client());
  all["client.rsa"] = sign(rsa(), client());
}

void add_servers(Tokens& all) {
  all["server"] = sign(organization(), server());
  const auto changed = [&](const char* name, auto change) {
    ServerClaims claims = server();
    change(claims);
    all[name] = sign(organization(), claims);
  };
  changed("server.all", [](ServerClaims& c) { *c.permissions = {true, true, true, true}; });
  changed("server.governor", [](ServerClaims& c) { c.permissions->governor = true; });
  changed("server.nowhere", [](ServerClaims& c) { c.collectives.clear(); });
  changed("server.wide_collective", [](ServerClaims& c) { c.collectives = {"*"}; });
  changed("server.deep_collective", [](ServerClaims& c) { c.collectives = {"a.b"}; });
  changed("server.wide_identity", [](ServerClaims& c) { c.identity = "n1.>"; });
  changed("server.blank_identity", [](ServerClaims& c) { c.identity = "n1 x"; });
  changed("server.nobody", [](ServerClaims& c) { c.identity.clear(); });
  changed("server.no_key", [](ServerClaims& c) { c.standard.public_key.clear(); });
  changed("server.expired", [](ServerClaims& c) { c.standard.expires_at = kNow - 1; });
  changed("server.early", [](ServerClaims& c) { c.standard.not_before = kNow + 60; });
  changed("server.half_chain",
          [](ServerClaims& c) { c.standard.chain_signature = vectors::kIssuerTcs; });
  changed("server.other_ou", [](ServerClaims& c) { c.organization = "other"; });
  all["server.strangers"] = sign(ed25519(kStranger), server());
  all["server.rsa"] = sign(rsa(), server());
}

void add_chained(Tokens& all) {
  all["chain_issuer"] = sign(organization(), [] {
    ClientClaims claims = client();
    claims.standard = chain_issuer(seed_of(vectors::kOrganizationSeedByte), vectors::kUserKey);
    return claims;
  }());
  all["client.chained"] = sign(issuer(), chained(client()));
  all["client.chained_admin"] =
      sign(issuer(), chained(client_with(&ClientPermissions::org_admin)));
  all["client.chained_provisioner"] =
      sign(issuer(), chained(client_with(&ClientPermissions::provisioner)));
  all["client.chained_longer"] = sign(issuer(), [] {
    ClientClaims claims = chained(client());
    claims.standard.expires_at = kIssuerEnd + 1000;
    return claims;
  }());
  all["client.chained_issuer_over"] = sign(issuer(), [] {
    ClientClaims claims = chained(client());
    claims.standard.issuer_expires_at = kNow;
    return claims;
  }());
  all["client.chained_by_org"] = sign(organization(), chained(client()));
  all["client.chained_no_tcs"] = sign(issuer(), [] {
    ClientClaims claims = chained(client());
    claims.standard.chain_signature.clear();
    return claims;
  }());
  all["client.chained_old_id"] = sign(issuer(), [] {
    ClientClaims claims = chained(client());
    claims.standard.issued_at = vectors::kChainedIssuedAt + 1;
    return claims;
  }());
  all["server.chained"] = sign(issuer(), chained(server()));
  all["server.chained_by_org"] = sign(organization(), chained(server()));
  // A stranger who appoints himself, and signs for himself.
  const StandardClaims self =
      chain_issuer(seed_of(kStranger), choria::ed25519_to_hex(seed_of(kStranger).public_key()));
  ClientClaims forged = client_with(&ClientPermissions::org_admin);
  EXPECT_TRUE(choria::chain_to_issuer(self, seed_of(kStranger), forged.standard).ok());
  all["client.self_appointed"] = sign(ed25519(kStranger), forged);
}

void add_provisioning(Tokens& all) {
  all["provisioning"] = sign(organization(), provisioning());
  all["provisioning.rsa"] = sign(rsa(), provisioning());
  all["provisioning.strangers"] = sign(ed25519(kStranger), provisioning());
  ProvisioningClaims claims = provisioning();
  claims.standard.expires_at = kNow;
  all["provisioning.expired"] = sign(organization(), claims);
  claims = provisioning();
  claims.organization = "other";
  all["provisioning.other_ou"] = sign(organization(), claims);
  claims = provisioning();
  claims.standard.purpose.clear();
  claims.standard.subject = choria::kProvisioningPurpose;
  all["provisioning.old"] = sign(rsa(), claims);
  claims = provisioning();
  claims.standard.issuer = vectors::kChainedIssuer;
  claims.standard.chain_signature = vectors::kChainedTcs;
  all["provisioning.chained"] = sign(issuer(), claims);
}

void add_damaged(Tokens& all) {
  const std::string good = all["client.admin"];
  all["garbage"] = "not a token";
  all["dots"] = "..";
  all["cut"] = good.substr(0, good.size() - 4);
  all["no_signature"] = good.substr(0, good.rfind('.') + 1);
  all["huge"] = std::string(choria::kTokenBytesMax + 1, 'a');
  all["crlf"] = good + "\r\n";
  all["nul"] = good + std::string(1, '\0');
  const auto headed = [&](std::string_view header) {
    std::string text;
    append_base64url(text, header);
    return text + good.substr(good.find('.'));
  };
  all["alg_none"] = headed(R"({"alg":"none","typ":"JWT"})");
  all["alg_hs256"] = headed(R"({"alg":"HS256","typ":"JWT"})");
  all["alg_rs256"] = headed(R"({"alg":"RS256","typ":"JWT"})");
  // An administrator's claims under the signature of another token.
  const std::string other = all["client"];
  all["lifted"] = good.substr(0, good.rfind('.')) + other.substr(other.rfind('.'));
}

// ---- Words -------------------------------------------------------------------------------------

choria::TokenTrust issuers() {
  choria::TokenIssuers issuers;
  issuers["choria"] = seed_of(vectors::kOrganizationSeedByte).public_key();
  issuers["other"] = seed_of(kOtherOrganization).public_key();
  return choria::TokenTrust(std::move(issuers));
}
choria::TokenTrust signers(bool clients, bool servers) {
  choria::TokenSigners all;
  for (auto* keys : {clients ? &all.clients : nullptr, servers ? &all.servers : nullptr}) {
    if (keys == nullptr) continue;
    keys->push_back(public_key(vectors::kOrganizationKey));
    keys->push_back(public_key(vectors::kAliceCertificate));
  }
  return choria::TokenTrust(std::move(all));
}
choria::TokenTrust provisioning_signer(std::string_view key) {
  choria::TokenSigners all;
  all.provisioning.push_back(public_key(key));
  return choria::TokenTrust(std::move(all));
}

std::string nonce_signature(std::string_view how) {
  std::string text;
  if (how == "none") return text;
  if (how == "garbage") return "%%%";
  const char signer = how == "stolen" ? kStranger : vectors::kUserSeedByte;
  const std::string_view message = how == "old" ? "an older nonce" : how == "empty" ? "" : kNonce;
  append_base64url(text, seed_of(signer).sign(message));
  if (how == "cut") text.resize(text.size() / 2);
  return text;
}

std::string_view take_prefix(std::string_view word, std::string_view prefix) {
  return word.substr(0, prefix.size()) == prefix ? word.substr(prefix.size()) : std::string_view();
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

const Tokens& all_tokens() {
  static const Tokens& all = *new Tokens([] {
    Tokens made;
    add_clients(made);
    add_servers(made);
    add_chained(made);
    add_provisioning(made);
    add_damaged(made);
    return made;
  }());
  return all;
}

ChoriaPolicy policy_of(std::string_view words) {
  ChoriaPolicy policy;
  for (const std::string_view word : words_of(words)) {
    if (word == "issuer") {
      policy.trust = issuers();
    } else if (word == "signers") {
      policy.trust = signers(true, true);
    } else if (word == "client_signer") {
      policy.trust = signers(true, false);
    } else if (word == "server_signer") {
      policy.trust = signers(false, true);
    } else if (word == "ca") {
      policy.has_certificate_authority = true;
    } else if (word == "hosts") {
      EXPECT_TRUE(policy.client_hosts.add("192.0.2.7"));
      EXPECT_TRUE(policy.client_hosts.add("10.1.0.0/16"));
    } else if (word == "demote") {
      policy.demote_client_hosts = true;
    } else if (word == "deny") {
      policy.deny_server_connections = true;
    } else if (word == "system") {
      policy.system_user = "sys";
      policy.system_password = "sys-secret";
    } else if (word == "system_no_password") {
      policy.system_user = "sys";
    } else if (word == "prov") {
      policy.provisioner_password = "prov-secret";
    } else if (word == "prov_rsa") {
      policy.provisioning_trust = provisioning_signer(vectors::kAliceCertificate);
    } else if (word == "prov_ed25519") {
      policy.provisioning_trust = provisioning_signer(vectors::kOrganizationKey);
    } else if (word == "without_token") {
      policy.provisioner_without_token = true;
    } else if (word == "without_certificate") {
      policy.provisioner_without_certificate = true;
    } else if (word == "without_nonce") {
      policy.provisioner_without_nonce = true;
    } else {
      ADD_FAILURE() << "no such policy: " << word;
    }
  }
  return policy;
}

ChoriaConnection connection_of(std::string_view words) {
  ChoriaConnection connection;
  connection.is_tls = true;
  connection.ip = *parse_ip("198.51.100.9");
  connection.nonce = kNonce;
  for (const std::string_view word : words_of(words)) {
    if (word == "clear") {
      connection.is_tls = false;
    } else if (word == "mtls") {
      connection.certificate_is_verified = true;
      connection.certificate_name = "alice.mcollective";
    } else if (word == "pipe") {
      connection.kind = ChoriaConnectionKind::kInProcess;
      connection.is_tls = false;
    } else if (word == "leaf") {
      connection.kind = ChoriaConnectionKind::kLeaf;
    } else if (word == "no_nonce") {
      connection.nonce.clear();
    } else if (word == "listed") {
      connection.ip = *parse_ip("192.0.2.7");
    } else if (word == "in_network") {
      connection.ip = *parse_ip("::ffff:10.1.200.3");
    } else if (word != "tls") {
      ADD_FAILURE() << "no such connection: " << word;
    }
  }
  return connection;
}

OwnedCredentials credentials_of(std::string_view words) {
  OwnedCredentials credentials;
  std::string_view signature = "own";
  for (const std::string_view word : words_of(words)) {
    if (const auto user = take_prefix(word, "user="); !user.empty()) {
      credentials.user = user;
    } else if (const auto password = take_prefix(word, "pass="); !password.empty()) {
      credentials.password = password;
    } else if (const auto token = take_prefix(word, "token="); !token.empty()) {
      const auto found = all_tokens().find(token);
      EXPECT_NE(found, all_tokens().end()) << token;
      if (found != all_tokens().end()) credentials.token = found->second;
    } else {
      const auto how = take_prefix(word, "sig=");
      EXPECT_FALSE(how.empty()) << word;
      signature = how;
    }
  }
  if (!credentials.token.empty()) credentials.signature = nonce_signature(signature);
  return credentials;
}

}  // namespace antiphon::testing_choria
