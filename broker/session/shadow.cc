#include "broker/session/shadow.h"

#include "broker/session/interest_exchange.h"

namespace antiphon {
namespace {

std::string_view queue_of(const Subscription& subscription) {
  return subscription.queue == nullptr ? std::string_view() : subscription.queue->name;
}

}  // namespace

void add_shadows(Shard& shard, AccountState& account, Subscription& origin) {
  for (const StreamImport& import : account.rules->streams()) {
    const std::string subject = import.part_wanted(origin.entry->subject());
    if (subject.empty()) continue;
    auto& shadows = account.shadows[&origin];
    shadows.push_back(std::make_unique<ShadowSubscription>(origin, import));
    const InterestChange change = shard.account(import.exporter)
                                      .sublist.insert(*shadows.back(), subject, queue_of(origin));
    announce_change(shard, *origin.session, import.exporter, change, subject, queue_of(origin), 1);
  }
}

void remove_shadows(Shard& shard, AccountState& account, const Subscription& origin) {
  const auto found = account.shadows.find(&origin);
  if (found == account.shadows.end()) return;
  for (const auto& shadow : found->second) {
    // Copies: with the last subscription the entry and the group go too.
    const std::string subject(shadow->entry->subject());
    const std::string queue(queue_of(*shadow));
    const AccountId exporter = shadow->import->exporter;
    const InterestChange change = shard.account(exporter).sublist.remove(*shadow);
    announce_change(shard, *shadow->session, exporter, change, subject, queue, 0);
  }
  account.shadows.erase(found);
}

void remove_all_shadows(Shard& shard, AccountState& account) {
  for (const auto& [origin, shadows] : account.shadows) {
    for (const auto& shadow : shadows) {
      shard.account(shadow->import->exporter).sublist.remove(*shadow);
    }
  }
  account.shadows.clear();
}

std::string_view imported_subject(Shard& shard, const ShadowSubscription& shadow,
                                  std::string_view subject) {
  shard.imported_subject.clear();
  shadow.import->append_here(shard.imported_subject, subject);
  return shard.imported_subject;
}

}  // namespace antiphon
