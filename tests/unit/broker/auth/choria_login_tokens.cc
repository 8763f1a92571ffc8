#include "tests/unit/broker/auth/choria_login_tokens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_key.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::testing_choria {
namespace {

using choria::ClientClaims;
using choria::ClientPermissions;
using choria::ProvisioningClaims;
using choria::ServerClaims;
using choria::StandardClaims;
using choria::TokenSigningKey;

TokenSigningKey ed25519(char byte) { return TokenSigningKey(seed_of(byte)); }
TokenSigningKey organization() {
  return ed25519(vectors::kOrganizationSeedByte);
}
TokenSigningKey rsa() {
  return *TokenSigningKey::from_text(vectors::kAliceKey);
}

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

// What clocks that differ, and clocks that go on, make of a token: the last moment that is too late
// or too early, and the first that is not.
struct Moment {
  const char* name;
  std::optional<int64_t> StandardClaims::*claim;
  int64_t at;
};
constexpr Moment kMoments[] = {
    {"expired", &StandardClaims::expires_at, kNow - 1},
    {"ends_now", &StandardClaims::expires_at, kNow},
    {"ends_next", &StandardClaims::expires_at, kNow + 1},
    {"early", &StandardClaims::not_before, kNow + 1},
    {"starts_now", &StandardClaims::not_before, kNow},
    {"from_future", &StandardClaims::issued_at, kNow + 1},
    {"issued_now", &StandardClaims::issued_at, kNow},
    {"issuer_over", &StandardClaims::issuer_expires_at, kNow},
    {"issuer_next", &StandardClaims::issuer_expires_at, kNow + 1},
};

// `client.expired` and so on.
template <typename Claims>
void add_moments(Tokens& all, const std::string& prefix, const TokenSigningKey& key,
                 const Claims& claims) {
  for (const Moment& moment : kMoments) {
    Claims changed = claims;
    changed.standard.*moment.claim = moment.at;
    all[prefix + moment.name] = sign(key, changed);
  }
}

void add_clients(Tokens& all) {
  add_moments(all, "client.", organization(), client());
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
  add_moments(all, "server.", organization(), server());
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
  changed("server.half_chain",
          [](ServerClaims& c) { c.standard.chain_signature = vectors::kIssuerTcs; });
  changed("server.other_ou", [](ServerClaims& c) { c.organization = "other"; });
  all["server.strangers"] = sign(ed25519(kStranger), server());
  all["server.rsa"] = sign(rsa(), server());
}

void add_chained(Tokens& all) {
  add_moments(all, "client.chained_", issuer(), chained(client()));
  add_moments(all, "server.chained_", issuer(), chained(server()));
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
  add_moments(all, "provisioning.", organization(), provisioning());
  add_moments(all, "provisioning.rsa_", rsa(), provisioning());
  all["provisioning"] = sign(organization(), provisioning());
  all["provisioning.rsa"] = sign(rsa(), provisioning());
  all["provisioning.strangers"] = sign(ed25519(kStranger), provisioning());
  ProvisioningClaims claims = provisioning();
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

}  // namespace

Ed25519Seed seed_of(char byte) {
  return *Ed25519Seed::from_bytes(std::string(kEd25519KeyBytes, byte));
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

}  // namespace antiphon::testing_choria
