#include "broker/auth/choria_decision.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "protocol/bytes/text.h"
#include "tests/unit/broker/auth/choria_decision_rows.h"
#include "tests/unit/broker/auth/choria_login_material.h"

namespace antiphon {
namespace {

using namespace testing_choria;

// `choria client_token own_replies fleet_management`, or `no client_token: token is expired`.
std::string outcome_of(const ChoriaDecision& decision) {
  const std::string rule(choria_rule_name(decision.rule));
  if (!decision.allowed) {
    return absl::StrCat("no ", rule, ": ", to_absl(choria_refusal_text(decision)));
  }
  std::vector<std::string> granted(decision.granted.begin(), decision.granted.end());
  return absl::StrCat(to_absl(choria_account_name(decision.grant.account)), " ", rule, " ",
                      absl::StrJoin(granted, " "));
}

ChoriaDecision decide(const DecisionRow& row) {
  const ChoriaPolicy policy = policy_of(row.policy);
  const OwnedCredentials credentials = credentials_of(row.credentials);
  return decide_choria(policy, connection_of(row.connection), credentials.view(), kNow);
}

// Those about which there is something to decide.
std::vector<DecisionRow> decided_rows() {
  std::vector<DecisionRow> rows = decision_rows();
  std::erase_if(rows, [](const DecisionRow& row) { return !reaches_decision(row); });
  return rows;
}

TEST(ChoriaDecision, EveryRowOfTheTableHolds) {
  for (const DecisionRow& row : decided_rows()) {
    const ChoriaDecision decision = decide(row);
    EXPECT_EQ(outcome_of(decision), row.outcome)
        << "[" << row.policy << "] [" << row.connection << "] [" << row.credentials << "]";
    EXPECT_EQ(ERR_peek_error(), 0u) << "errors left for TLS to trip over";
  }
}

constexpr ptrdiff_t kRowsPromised = 300;

TEST(ChoriaDecision, TheTableIsMostlyAboutWhoMustNotComeIn) {
  const std::vector<DecisionRow> rows = decided_rows();
  const auto refused = std::count_if(rows.begin(), rows.end(), is_refused);
  const auto all = std::ssize(rows);
  EXPECT_GT(all, kRowsPromised);  // docs/security.md
  EXPECT_GT(refused, all - refused);
}

TEST(ChoriaDecision, TheTableReachesEveryRuleAndRefusal) {
  std::set<ChoriaRule> rules;
  std::set<ChoriaRefusal> refusals;
  for (const DecisionRow& row : decided_rows()) {
    const ChoriaDecision decision = decide(row);
    rules.insert(decision.rule);
    refusals.insert(decision.refusal);
  }
  EXPECT_EQ(rules.size(), static_cast<size_t>(ChoriaRule::kCount));
  refusals.insert(ChoriaRefusal::kChangedSince);  // of reloads alone
  EXPECT_EQ(refusals.size(), static_cast<size_t>(ChoriaRefusal::kCount));
}

TEST(ChoriaDecision, AnExplanationAssumesOnlyWhatTheClientMustKnow) {
  for (const DecisionRow& row : decided_rows()) {
    const ChoriaPolicy policy = policy_of(row.policy);
    const OwnedCredentials credentials = credentials_of(row.credentials);
    const ChoriaConnection connection = connection_of(row.connection);
    const ChoriaDecision decision =
        decide_choria(policy, connection, credentials.view(), kNow);
    const ChoriaDecision explained =
        explain_choria(policy, connection, credentials.view(), kNow);
    const bool lacked_proof = decision.refusal == ChoriaRefusal::kWrongPassword ||
                              decision.fault == choria::TokenFault::kBadNonceSignature;
    if (!lacked_proof) {
      EXPECT_EQ(outcome_of(decision), outcome_of(explained)) << row.outcome;
    }
    EXPECT_EQ(decision.rule, explained.rule);
  }
}

TEST(ChoriaDecision, NobodyWhoIsRefusedIsGrantedAnything) {
  for (const DecisionRow& row : decided_rows()) {
    const ChoriaDecision decision = decide(row);
    if (decision.allowed) {
      EXPECT_FALSE(decision.granted.empty());
      EXPECT_EQ(decision.refusal, ChoriaRefusal::kNone);
      continue;
    }
    EXPECT_NE(decision.refusal, ChoriaRefusal::kNone);
    EXPECT_TRUE(decision.granted.empty());
    EXPECT_FALSE(decision.expires_at.has_value());
  }
}

// Without its seed, a token opens nothing that it opens with it: only provisioning has no key.
TEST(ChoriaDecision, NoTokenWorksWithoutItsSeed) {
  for (const std::string_view policy : {"issuer", "issuer ca prov system", "signers"}) {
    for (const auto& [name, token] : all_tokens()) {
      for (const std::string_view how : {"stolen", "old", "none", "empty", "cut", "garbage"}) {
        const std::string words = absl::StrCat("token=", name, " sig=", to_absl(how));
        const OwnedCredentials credentials = credentials_of(words);
        const ChoriaDecision decision = decide_choria(policy_of(policy), connection_of("tls"),
                                                      credentials.view(), kNow);
        if (decision.allowed) {
          EXPECT_EQ(decision.rule, ChoriaRule::kUnprovisioned) << policy << " " << words;
        }
      }
    }
  }
}

TEST(ChoriaDecision, NoTokenWorksWhereNobodyIsTrusted) {
  for (const auto& [name, token] : all_tokens()) {
    const OwnedCredentials credentials = credentials_of("token=" + name);
    for (const std::string_view policy : {"", "hosts", "prov", "hosts system prov"}) {
      for (const std::string_view connection : {"tls", "mtls", "mtls listed", "clear", "leaf"}) {
        const ChoriaDecision decision = decide_choria(policy_of(policy), connection_of(connection),
                                                      credentials.view(), kNow);
        EXPECT_FALSE(decision.allowed) << policy << " " << connection << " " << name;
      }
    }
  }
}

// A refused token must not fall through to what its certificate would have been given.
TEST(ChoriaDecision, ACertificateDoesNotMendABadToken) {
  for (const auto& [name, token] : all_tokens()) {
    const OwnedCredentials credentials = credentials_of("token=" + name + " sig=stolen");
    const ChoriaDecision decision = decide_choria(policy_of("signers prov prov_rsa"),
                                                  connection_of("mtls"), credentials.view(), kNow);
    EXPECT_FALSE(decision.allowed) << name;
  }
}

TEST(ChoriaDecision, EveryChangedLetterOfATokenIsRefused) {
  const ChoriaPolicy policy = policy_of("issuer");
  OwnedCredentials credentials = credentials_of("token=client.chained_admin");
  const std::string good = credentials.token;
  ASSERT_TRUE(decide_choria(policy, connection_of("tls"), credentials.view(), kNow).allowed);
  for (size_t i = 0; i < good.size(); ++i) {
    credentials.token = good;
    credentials.token[i] = good[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(decide_choria(policy, connection_of("tls"), credentials.view(), kNow).allowed)
        << i;
  }
  for (size_t length = 0; length < good.size(); ++length) {
    credentials.token = good.substr(0, length);
    EXPECT_FALSE(decide_choria(policy, connection_of("tls"), credentials.view(), kNow).allowed)
        << length;
  }
}

TEST(ChoriaDecision, SaysWhoItIsAndUntilWhen) {
  const ChoriaDecision client = decide({"issuer", "tls", "token=client.fleet", ""});
  EXPECT_EQ(client.name, "up=alice");
  EXPECT_EQ(client.organization, "choria");
  EXPECT_EQ(client.expires_at, kEnd);
  EXPECT_EQ(client.credential, ChoriaCredentialKind::kToken);
  EXPECT_EQ(decide({"issuer", "tls", "token=server", ""}).name, "n1.example.net");
  EXPECT_FALSE(decide({"issuer", "tls", "token=client.endless", ""}).expires_at.has_value());
  EXPECT_EQ(decide({"issuer", "tls", "token=client.chained_longer", ""}).expires_at, kIssuerEnd);
  EXPECT_EQ(decide({"", "mtls", "", ""}).name, "alice.mcollective");
  EXPECT_EQ(decide({"issuer prov", "tls", "user=provisioner pass=prov-secret "
                    "token=client.provisioner", ""}).expires_at, kEnd);
  // Refused ones are shown under the name they claim.
  EXPECT_EQ(decide({"issuer", "tls", "token=client.strangers", ""}).name, "up=alice");
  EXPECT_EQ(decide({"issuer", "tls", "token=server.strangers", ""}).name, "n1.example.net");
}

TEST(ChoriaDecision, NamesAndTextsAreAllDifferent) {
  std::set<std::string_view> names, texts;
  for (int i = 0; i < static_cast<int>(ChoriaRule::kCount); ++i) {
    names.insert(choria_rule_name(static_cast<ChoriaRule>(i)));
    texts.insert(choria_rule_text(static_cast<ChoriaRule>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(ChoriaRule::kCount));
  EXPECT_EQ(texts.size(), static_cast<size_t>(ChoriaRule::kCount));
  texts.clear();
  for (int i = 0; i < static_cast<int>(ChoriaRefusal::kCount); ++i) {
    ChoriaDecision decision;
    decision.refusal = static_cast<ChoriaRefusal>(i);
    texts.insert(choria_refusal_text(decision));
  }
  EXPECT_EQ(texts.size(), static_cast<size_t>(ChoriaRefusal::kCount));
}

}  // namespace
}  // namespace antiphon
