#include "broker/config/choria_accounts.h"

#include <gtest/gtest.h>

#include "protocol/nats/account_wiring.h"

namespace antiphon {
namespace {

std::vector<AccountSettings> settings_of(const std::vector<AccountOptions>& accounts) {
  std::vector<AccountSettings> settings;
  for (const AccountOptions& account : accounts) settings.push_back(sharing_of(account));
  return settings;
}

TEST(ChoriaAccounts, AreTwoWithoutProvisioningAndShareNothing) {
  const auto accounts = choria_accounts(false);
  ASSERT_EQ(accounts.size(), 2u);
  EXPECT_EQ(accounts[0].name, "choria");
  EXPECT_EQ(accounts[1].name, "system");
  for (const AccountOptions& account : accounts) {
    EXPECT_TRUE(account.exports.empty() && account.imports.empty());
  }
}

TEST(ChoriaAccounts, ShareLifecycleEventsAndOneElectionWithProvisioning) {
  const auto accounts = choria_accounts(true);
  ASSERT_EQ(accounts.size(), 3u);
  EXPECT_EQ(accounts[2].name, "provisioning");
  const auto settings = settings_of(accounts);
  const auto problems = wiring_problems(settings);
  for (const WiringProblem& problem : problems) ADD_FAILURE() << problem.message;
  ASSERT_EQ(accounts[0].imports.size(), 1u);
  EXPECT_EQ(accounts[0].imports[0].subject, "choria.lifecycle.>");
  ASSERT_EQ(accounts[2].imports.size(), 3u);
  EXPECT_TRUE(accounts[1].exports.empty() && accounts[1].imports.empty());
  // What is offered is offered to the other one alone.
  for (const AccountOptions& account : accounts) {
    for (const ExportSettings& shared : account.exports) {
      ASSERT_TRUE(shared.accounts.has_value());
      EXPECT_EQ(shared.accounts->size(), 1u);
    }
  }
}

}  // namespace
}  // namespace antiphon
