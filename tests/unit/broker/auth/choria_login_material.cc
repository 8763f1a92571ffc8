#include "tests/unit/broker/auth/choria_login_material.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/token_key.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon::testing_choria {
namespace {

using choria::TokenPublicKey;

TokenPublicKey public_key(std::string_view text) {
  return *TokenPublicKey::from_text(text);
}

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
    } else if (word == "anonymous") {
      // Of the listener: what it knows of certificates is in the connection.
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
    } else if (word != "tls" && word != "unasked") {
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
    } else if (word == "asks") {
      credentials.asks_for_account = true;
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
