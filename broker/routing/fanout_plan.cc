#include "broker/routing/fanout_plan.h"

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

// Counts the readers of each (sid, headers), then lays them out group by group.
void build(const SubjectEntry& entry, KnowsHeaders knows_headers, FanoutPlan& plan) {
  using Key = std::pair<absl::string_view, bool>;
  absl::flat_hash_map<Key, uint32_t> group_of;
  std::vector<uint32_t> groups_of_readers;
  groups_of_readers.reserve(entry.plain.size());
  plan.groups.clear();
  for (const Subscription* reader : entry.plain) {
    const bool with_headers = knows_headers(*reader->session);
    const Key key{to_absl(reader->sid.text()), with_headers};
    const auto [found, added] = group_of.try_emplace(key, plan.groups.size());
    if (added) plan.groups.push_back({0, 0, with_headers});
    ++plan.groups[found->second].count;
    groups_of_readers.push_back(found->second);
  }
  std::vector<uint32_t> next;
  uint32_t first = 0;
  for (FanoutPlan::Group& group : plan.groups) {
    group.first = first;
    next.push_back(first);
    first += group.count;
  }
  plan.readers.resize(entry.plain.size());
  for (size_t i = 0; i < entry.plain.size(); ++i) {
    plan.readers[next[groups_of_readers[i]]++] = entry.plain[i];
  }
  plan.version = entry.version;
}

}  // namespace

const FanoutPlan& fanout_plan(SubjectEntry& entry, KnowsHeaders knows_headers) {
  if (entry.plan == nullptr) {
    entry.plan = std::make_unique<FanoutPlan>();
    build(entry, knows_headers, *entry.plan);
  } else if (entry.plan->version != entry.version) {
    build(entry, knows_headers, *entry.plan);
  }
  return *entry.plan;
}

}  // namespace antiphon
