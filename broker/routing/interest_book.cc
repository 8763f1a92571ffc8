#include "broker/routing/interest_book.h"

#include <algorithm>

#include "protocol/bytes/check.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

void apply_plain(InterestEntry& entry, const InterestDelta& delta) {
  if (delta.members != 0) {
    entry.plain |= mask_of(delta.shard);
  } else {
    entry.plain &= ~mask_of(delta.shard);
  }
}

void apply_queue(InterestEntry& entry, const InterestDelta& delta) {
  auto queue = std::find_if(entry.queues.begin(), entry.queues.end(),
                            [&](const QueueInterest& q) { return q.name == delta.queue; });
  if (queue == entry.queues.end()) {
    if (delta.members == 0) return;
    entry.queues.push_back({delta.queue, {}});
    queue = entry.queues.end() - 1;
  }
  auto weight = std::find_if(queue->weights.begin(), queue->weights.end(),
                             [&](const QueueWeight& w) { return w.shard == delta.shard; });
  if (delta.members != 0 && weight == queue->weights.end()) {
    queue->weights.push_back({delta.shard, delta.members});
  } else if (delta.members != 0) {
    weight->members = delta.members;
  } else if (weight != queue->weights.end()) {
    queue->weights.erase(weight);
  }
  if (queue->weights.empty()) entry.queues.erase(queue);
}

bool is_wanted(const InterestEntry& entry) { return entry.plain != 0 || !entry.queues.empty(); }

}  // namespace

InterestBook::InterestBook(uint16_t shard_count)
    : applied_(shard_count), acknowledged_(shard_count), told_(shard_count) {}

// Every proper prefix of a wildcard subject knows that it leads somewhere.
void InterestBook::count_passing(AccountId account, std::string_view subject, int change) {
  uint64_t hash = kEmptyPrefixHash;
  size_t begin = 0;
  for (size_t dot = subject.find(kTokenSeparator); dot != subject.npos;
       dot = subject.find(kTokenSeparator, begin)) {
    hash = extend_prefix(hash, subject.substr(begin, dot - begin));
    begin = dot + 1;
    std::string key;
    append_prefix_key(key, account, hash);
    InterestEntry& prefix = trie_.edit(key);
    prefix.passing += static_cast<uint32_t>(change);
    trie_.settle(prefix);
  }
}

void InterestBook::apply(const InterestDelta& delta) {
  const bool wildcard = has_wildcard(delta.subject);
  std::string key;
  if (wildcard) {
    append_wildcard_key(key, delta.account, delta.subject);
  } else {
    append_literal_key(key, delta.account, delta.subject);
  }
  InterestEntry& entry = trie_.edit(key);
  const bool was_wanted = is_wanted(entry);
  if (delta.queue.empty()) {
    apply_plain(entry, delta);
  } else {
    apply_queue(entry, delta);
  }
  const bool wanted = is_wanted(entry);
  trie_.settle(entry);
  if (wildcard && wanted != was_wanted) {
    wildcard_subjects_ += wanted ? 1 : -1;
    count_passing(delta.account, delta.subject, wanted ? 1 : -1);
  }
  AP_CHECK(delta.sequence == applied_[delta.shard.value] + 1);
  applied_[delta.shard.value] = delta.sequence;
  unpublished_ = true;
}

InterestSnapshot InterestBook::publish() {
  unpublished_ = false;
  const uint64_t version = trie_.publish();
  published_.push_back({version, applied_});
  return {trie_.root(), version, wildcard_subjects_};
}

std::vector<InterestBook::Visible> InterestBook::acknowledge(ShardId shard, uint64_t version) {
  AP_CHECK(version >= acknowledged_[shard.value]);
  acknowledged_[shard.value] = version;
  const uint64_t everyone = *std::min_element(acknowledged_.begin(), acknowledged_.end());
  std::vector<Visible> visible;
  while (!published_.empty() && published_.front().version <= everyone) {
    const std::vector<uint64_t>& applied = published_.front().applied;
    for (uint16_t i = 0; i < applied.size(); ++i) {
      if (applied[i] == told_[i]) continue;
      told_[i] = applied[i];
      visible.push_back({ShardId{i}, applied[i]});
    }
    published_.pop_front();
  }
  trie_.reclaim(everyone);
  return visible;
}

}  // namespace antiphon
