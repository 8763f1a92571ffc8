#include "broker/session/shard.h"

#include "broker/buffer/buffer_limits.h"

namespace antiphon {

Shard::Shard(ShardId shard_id, ShardServices shard_services,
             std::shared_ptr<const SessionSettings> initial_settings)
    : id(shard_id),
      services(shard_services),
      port(*shard_services.mesh, shard_id),
      random(shard_services.seed + shard_id.value),
      // A read may find as much in front of it as an unfinished frame that was kept.
      scratch(2 * kReadBytesMax) {
  adopt(std::move(initial_settings));
  if (services.pending_budget != nullptr) pending.look_at_bytes = services.pending_budget->step_bytes();
  services.mesh->set_wakeup(id, &wakeup);
  if (id == kCoordinator && !is_alone()) book = std::make_unique<InterestBook>(port.shard_count());
}

void Shard::adopt(std::shared_ptr<const SessionSettings> next) {
  settings = std::move(next);
  for (size_t i = accounts.size(); i < settings->accounts.size(); ++i) {
    accounts.push_back(std::make_unique<AccountState>(settings->accounts[i]));
    accounts.back()->sublist.set_cache_enabled(settings->sublist_cache);
  }
}

Shard::~Shard() {
  services.mesh->set_wakeup(id, nullptr);
  sessions.for_each([this](Session& session) {
    for (const auto& subscription : session.subscriptions) {
      account(session.account).sublist.remove(*subscription);
    }
    session.out.clear(pool);
  });
}

}  // namespace antiphon
