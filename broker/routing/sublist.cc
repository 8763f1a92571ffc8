#include "broker/routing/sublist.h"

#include <new>

#include "protocol/bytes/check.h"
#include "protocol/subject/subject.h"
#include "broker/routing/fanout_plan.h"

namespace antiphon {
namespace {

using Tokens = absl::InlinedVector<std::string_view, 32>;

// The tokens of a subject, or none when one of them is empty (such a subject matches nothing).
Tokens tokens_of(std::string_view subject) {
  Tokens tokens;
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) {
    if (token.empty()) return {};
    tokens.push_back(token);
  }
  return tokens;
}

// A list that has lost seven of eight members gives back the room of a fleet that left.
constexpr size_t kRoomyMin = 256;

// Takes out the member at `position`; the last one moves into its place.
template <typename List>
void take_out(List& list, uint32_t position) {
  AP_CHECK(position < list.size());
  list[position] = list.back();
  list[position]->position = position;
  list.pop_back();
  if (list.capacity() >= kRoomyMin && list.size() <= list.capacity() / 8) list.shrink_to_fit();
}

QueueGroup& group_for(SubjectEntry& entry, std::string_view name) {
  if (entry.queues == nullptr) {
    entry.queues = std::make_unique<std::vector<std::unique_ptr<QueueGroup>>>();
  }
  for (const auto& group : *entry.queues) {
    if (group->name == name) return *group;
  }
  entry.queues->push_back(std::make_unique<QueueGroup>());
  entry.queues->back()->name.assign(name);
  return *entry.queues->back();
}

void drop_group(SubjectEntry& entry, const QueueGroup* group) {
  auto& queues = *entry.queues;
  for (auto& candidate : queues) {
    if (candidate.get() != group) continue;
    candidate = std::move(queues.back());
    queues.pop_back();
    break;
  }
  if (queues.empty()) entry.queues = nullptr;
}

}  // namespace

SubjectEntry* SubjectEntry::create(std::string_view subject) {
  void* memory = ::operator new(sizeof(SubjectEntry) + subject.size());
  auto* entry = new (memory) SubjectEntry;
  entry->subject_bytes = static_cast<uint32_t>(subject.size());
  std::memcpy(reinterpret_cast<char*>(entry + 1), subject.data(), subject.size());
  return entry;
}

void SubjectEntry::destroy(SubjectEntry* entry) {
  entry->~SubjectEntry();
  ::operator delete(entry);
}

Sublist::Sublist() : wildcards_(std::make_unique<WildcardNode>()) {}

Sublist::~Sublist() { for_each([](SubjectEntry& entry) { SubjectEntry::destroy(&entry); }); }

// ---- Coming and going --------------------------------------------------------------------------

SubjectEntry*& Sublist::wildcard_slot(std::string_view subject) {
  WildcardNode* node = wildcards_.get();
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) {
    if (token == ">" && walk.at_end()) return node->rest;
    if (token == "*") {
      if (node->any == nullptr) node->any = std::make_unique<WildcardNode>();
      node = node->any.get();
    } else if (const auto* child = node->literals.find(token)) {
      node = child->second.get();
    } else {
      node = node->literals.insert(token, {std::string(token), std::make_unique<WildcardNode>()})
                 .second.get();
    }
  }
  return node->here;
}

SubjectEntry& Sublist::entry_for(std::string_view subject) {
  if (!has_wildcard(subject)) {
    if (SubjectEntry** found = literals_.find(subject)) return **found;
    SubjectEntry* entry = SubjectEntry::create(subject);
    literals_.insert(subject, entry);
    cache_.invalidate();
    return *entry;
  }
  SubjectEntry*& slot = wildcard_slot(subject);
  if (slot == nullptr) {
    slot = SubjectEntry::create(subject);
    ++wildcard_entries_;
    cache_.invalidate();
  }
  return *slot;
}

// Clears the slot of the subject and removes nodes that nobody needs any more. Returns whether
// `node` itself is one of them.
bool Sublist::drop_wildcard(WildcardNode& node, std::string_view rest_of_subject) {
  const size_t dot = rest_of_subject.find(kTokenSeparator);
  const std::string_view token = rest_of_subject.substr(0, dot);
  const bool last = dot == std::string_view::npos;
  if (token == ">" && last) {
    node.rest = nullptr;
    return node.unused();
  }
  const auto* found = token == "*" ? nullptr : node.literals.find(token);
  AP_CHECK(token == "*" || found != nullptr);
  WildcardNode* child = token == "*" ? node.any.get() : found->second.get();
  AP_CHECK(child != nullptr);
  bool drop_child;
  if (last) {
    child->here = nullptr;
    drop_child = child->unused();
  } else {
    drop_child = drop_wildcard(*child, rest_of_subject.substr(dot + 1));
  }
  if (!drop_child) return false;
  if (token == "*") {
    node.any = nullptr;
  } else {
    node.literals.erase(token);
  }
  return node.unused();
}

void Sublist::drop_entry(SubjectEntry* entry) {
  if (has_wildcard(entry->subject())) {
    drop_wildcard(*wildcards_, entry->subject());
    --wildcard_entries_;
  } else {
    literals_.erase(entry->subject());
  }
  SubjectEntry::destroy(entry);
  cache_.invalidate();
}

InterestChange Sublist::insert(Subscription& subscription, std::string_view subject,
                               std::string_view queue) {
  AP_CHECK(subscription.entry == nullptr);
  SubjectEntry& entry = entry_for(subject);
  subscription.entry = &entry;
  ++changes_;
  ++counters_.inserts;
  ++counters_.subscriptions;
  InterestChange change;
  if (queue.empty()) {
    subscription.position = static_cast<uint32_t>(entry.plain.size());
    entry.plain.push_back(&subscription);
    ++entry.version;
    if (subscription.max_messages != 0) ++entry.limited;
    change.plain_changed = entry.plain.size() == 1;
  } else {
    QueueGroup& group = group_for(entry, queue);
    subscription.queue = &group;
    subscription.position = static_cast<uint32_t>(group.members.size());
    group.members.push_back(&subscription);
    change.queue_changed = true;
    change.queue_members = static_cast<uint32_t>(group.members.size());
  }
  return change;
}

InterestChange Sublist::remove(Subscription& subscription) {
  SubjectEntry* entry = subscription.entry;
  AP_CHECK(entry != nullptr);
  ++changes_;
  ++counters_.removes;
  --counters_.subscriptions;
  InterestChange change;
  if (QueueGroup* group = subscription.queue; group != nullptr) {
    take_out(group->members, subscription.position);
    change.queue_changed = true;
    change.queue_members = static_cast<uint32_t>(group->members.size());
    if (group->members.empty()) drop_group(*entry, group);
  } else {
    take_out(entry->plain, subscription.position);
    ++entry->version;
    if (subscription.max_messages != 0) --entry->limited;
    change.plain_changed = entry->plain.empty();
  }
  subscription.entry = nullptr;
  subscription.queue = nullptr;
  if (entry->unused()) drop_entry(entry);
  return change;
}

void Sublist::limit(Subscription& subscription, uint64_t max_messages) {
  ++changes_;
  if (subscription.queue == nullptr) {
    const bool was_limited = subscription.max_messages != 0;
    const bool is_limited = max_messages != 0;
    if (is_limited && !was_limited) ++subscription.entry->limited;
    if (!is_limited && was_limited) --subscription.entry->limited;
  }
  subscription.max_messages = max_messages;
}

// ---- Matching ----------------------------------------------------------------------------------

void Sublist::collect(const WildcardNode& node, const std::string_view* tokens, size_t count,
                      MatchResult& result) {
  if (count == 0) {
    if (node.here != nullptr) result.push_back(node.here);
    return;
  }
  if (node.rest != nullptr) result.push_back(node.rest);
  if (node.any != nullptr) collect(*node.any, tokens + 1, count - 1, result);
  if (const auto* child = node.literals.find(tokens[0])) {
    collect(*child->second, tokens + 1, count - 1, result);
  }
}

void Sublist::find(std::string_view subject, MatchResult& result) const {
  if (SubjectEntry* const* literal = literals_.find(subject)) result.push_back(*literal);
  if (wildcard_entries_ == 0) return;
  const Tokens tokens = tokens_of(subject);
  if (!tokens.empty()) collect(*wildcards_, tokens.data(), tokens.size(), result);
}

const MatchResult& Sublist::match(std::string_view subject) {
  ++counters_.matches;
  if (const MatchResult* last = cache_.last(subject)) {
    ++counters_.cache_hits;
    return *last;
  }
  const bool worth_keeping = wildcard_entries_ != 0 && cache_enabled_;
  if (worth_keeping) {
    if (const MatchResult* known = cache_.find(subject)) {
      ++counters_.cache_hits;
      return *known;
    }
  }
  MatchResult result;
  find(subject, result);
  return worth_keeping ? cache_.remember(subject, std::move(result))
                       : cache_.remember_last(subject, std::move(result));
}

}  // namespace antiphon
