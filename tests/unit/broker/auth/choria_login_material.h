// Policies, connections and credentials for tests of Choria's logins, built from words.
//
// MODEL: a row of a table names everything by words: `issuer ca hosts` is a policy, `mtls listed` a
// connection, `token=server sig=old` what CONNECT shows. The same word is the same thing in every
// row. Keys are the fixed seeds of token_vectors.h.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "broker/auth/choria_decision.h"
#include "protocol/choria/token_key.h"

namespace antiphon::testing_choria {

inline constexpr int64_t kNow = 1'750'000'100;
inline constexpr int64_t kEnd = kNow + 3600;        // of tokens
inline constexpr int64_t kIssuerEnd = kNow + 7200;  // of the chain issuer
inline constexpr std::string_view kNonce = "a nonce of INFO";

std::vector<std::string_view> words_of(std::string_view text);

ChoriaPolicy policy_of(std::string_view words);
ChoriaConnection connection_of(std::string_view words);

// Owns what ChoriaCredentials points to.
struct OwnedCredentials {
  std::string user, password, token, signature;
  ChoriaCredentials view() const { return {user, password, token, signature}; }
};
OwnedCredentials credentials_of(std::string_view words);

// All tokens by name, and which seed holds each.
const std::map<std::string, std::string, std::less<>>& all_tokens();

}  // namespace antiphon::testing_choria
