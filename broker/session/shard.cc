#include "broker/session/shard.h"

#include "broker/buffer/buffer_limits.h"
#include "broker/session/adopt_account_rules.h"
#include "broker/session/callout.h"
#include "broker/session/crossing.h"
#include "broker/session/shadow.h"

namespace antiphon {

Shard::Shard(ShardId shard_id, ShardServices shard_services,
             std::shared_ptr<const SessionSettings> initial_settings)
    : id(shard_id),
      services(shard_services),
      port(*shard_services.mesh, shard_id),
      random(shard_services.seed + shard_id.value),
      // A read may find as much in front of it as an unfinished frame that was kept.
      scratch(2 * kReadBytesMax) {
  passed_on.resize(port.shard_count());
  adopt(std::move(initial_settings));
  if (services.pending_budget != nullptr) pending.look_at_bytes = services.pending_budget->step_bytes();
  services.mesh->set_wakeup(id, &wakeup);
  if (id == kCoordinator && !is_alone()) book = std::make_unique<InterestBook>(port.shard_count());
}

void Shard::adopt(std::shared_ptr<const SessionSettings> next) {
  settings = std::move(next);
  for (size_t i = accounts.size(); i < settings->accounts.size(); ++i) {
    const AccountId account_id{static_cast<uint32_t>(i)};
    accounts.push_back(std::make_unique<AccountState>(account_id, settings->accounts[i]));
    accounts.back()->connections = &services.counts->accounts.of(account_id);
    accounts.back()->sublist.set_cache_enabled(settings->sublist_cache);
  }
  adopt_account_rules(*this);
}

Shard::~Shard() {
  services.mesh->set_wakeup(id, nullptr);
  for (const auto& account_state : accounts) remove_all_shadows(*this, *account_state);
  sessions.for_each([this](Session& session) {
    for (const auto& subscription : session.subscriptions) {
      account(session.account).sublist.remove(*subscription);
    }
    session.out.clear(pool);
  });
}

}  // namespace antiphon
