#include "broker/session/adopt_account_rules.h"

#include <vector>

#include "broker/session/fanout.h"
#include "broker/session/session.h"
#include "broker/session/shadow.h"
#include "broker/session/shard.h"

namespace antiphon {
namespace {

bool are_same(const AccountRules* a, const AccountRules* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a == b || a->is_same(*b);
}

// Shadows point into the rules, so they go before the rules do.
void drop_shadows(Shard& shard, AccountState& account) {
  while (!account.shadows.empty()) {
    remove_shadows(shard, account, *account.shadows.begin()->first);
  }
}

}  // namespace

void adopt_account_rules(Shard& shard) {
  const auto& next = shard.settings->account_rules;
  std::vector<bool> changed(shard.accounts.size());
  bool any = false;
  for (size_t i = 0; i < shard.accounts.size(); ++i) {
    AccountState& account = *shard.accounts[i];
    const std::shared_ptr<const AccountRules> rules = i < next.size() ? next[i] : nullptr;
    if (are_same(account.rules.get(), rules.get())) continue;
    if (!any) fanout_commit(shard, CommitTime::kMidTurn);
    any = changed[i] = true;
    drop_shadows(shard, account);
    account.rules = rules;
    account.publish_by_rules = rules != nullptr && rules->touches_publish();
  }
  if (!any) return;
  for (const auto& account : shard.accounts) {
    if (account->replies == nullptr) continue;
    account->replies->forget_if([&](const OpenReply& reply) {
      return changed[account->id.value] || changed[reply.requester.value];
    });
  }
  shard.sessions.for_each([&](Session& session) {
    AccountState& account = shard.account(session.account);
    if (!changed[account.id.value] || account.rules == nullptr) return;
    for (const auto& subscription : session.subscriptions) {
      add_shadows(shard, account, *subscription);
    }
  });
}

}  // namespace antiphon
