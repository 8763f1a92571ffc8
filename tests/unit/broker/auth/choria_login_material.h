// Policies, connections and credentials for tests of Choria's logins, built from words.
//
// MODEL: a row of a table names everything by words: `issuer ca hosts` is a policy, `mtls listed` a
// connection, `token=server sig=old` what CONNECT shows. The same word is the same thing in every
// row. tests/interop/decisions has the same words for real brokers.
// SEE: tests/support/choria_decisions.txt, which lists the words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/auth/choria_decision.h"
#include "tests/unit/broker/auth/choria_login_tokens.h"

namespace antiphon::testing_choria {

inline constexpr std::string_view kNonce = "a nonce of INFO";

std::vector<std::string_view> words_of(std::string_view text);

ChoriaPolicy policy_of(std::string_view words);
ChoriaConnection connection_of(std::string_view words);

// Owns what ChoriaCredentials points to.
struct OwnedCredentials {
  std::string user, password, token, signature;
  bool asks_for_account = false;
  ChoriaCredentials view() const { return {user, password, token, signature, asks_for_account}; }
};
OwnedCredentials credentials_of(std::string_view words);

}  // namespace antiphon::testing_choria
