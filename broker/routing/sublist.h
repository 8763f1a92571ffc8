// The subscriptions of one account on one shard, and who of them wants a subject.
//
// MODEL: every subscribed subject has one SubjectEntry. Literal subjects are found with one hash
// lookup of the whole text; subjects with wildcards stand in a tree of tokens. Most fleets have
// hundreds of thousands of literal subjects (one per node) and a handful of wildcards.
// SHARD: home. INVARIANTS: an entry exists exactly while somebody is subscribed to its subject.
// A MatchResult is valid until the next insert, remove or match.
#pragma once

#include <memory>
#include <string_view>

#include "broker/routing/match_cache.h"
#include "broker/routing/split_table.h"
#include "broker/routing/subscription.h"
#include "protocol/bytes/text.h"

namespace antiphon {

// What an insert or a remove changed in what this shard as a whole wants (see interest.h).
struct InterestChange {
  bool plain_changed = false;  // the first plain subscription came, or the last one went
  bool queue_changed = false;  // the group has another number of members
  uint32_t queue_members = 0;  // its new number
};

struct SublistCounters {
  uint64_t subscriptions = 0;
  uint64_t inserts = 0;
  uint64_t removes = 0;
  uint64_t matches = 0;
  uint64_t cache_hits = 0;
};

class Sublist {
 public:
  Sublist();
  ~Sublist();
  Sublist(const Sublist&) = delete;
  Sublist& operator=(const Sublist&) = delete;

  // Adds `subscription` to `subject` (in group `queue` unless empty).
  // REQUIRES: is_valid_subject(subject); the subscription is in no sublist.
  InterestChange insert(Subscription& subscription, std::string_view subject,
                        std::string_view queue);
  // Takes the subscription out. REQUIRES: it is in this sublist.
  InterestChange remove(Subscription& subscription);

  // Sets after how many messages (counted from the start) the subscription ends; 0: never.
  void limit(Subscription& subscription, uint64_t max_messages);

  // The entries whose subject matches `subject`.
  const MatchResult& match(std::string_view subject);

  // Calls visit(SubjectEntry&) for each entry, in no order.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    literals_.for_each([&visit](SubjectEntry* entry) { visit(*entry); });
    for_each_wildcard(*wildcards_, visit);
  }

  // Grows with every insert, remove and limit: what was derived from a match is good while it stays.
  uint64_t changes() const { return changes_; }
  const SublistCounters& counters() const { return counters_; }
  size_t cached() const { return cache_.size(); }
  void set_cache_enabled(bool enabled) { cache_enabled_ = enabled; }

 private:
  struct WildcardNode {
    SplitTable<TextMap<std::unique_ptr<WildcardNode>>> literals;
    std::unique_ptr<WildcardNode> any;     // `*`
    SubjectEntry* here = nullptr;          // a subject that ends at this token
    SubjectEntry* rest = nullptr;          // a subject that ends with `>` after this token
    bool unused() const { return literals.empty() && any == nullptr && !here && !rest; }
  };
  struct EntryHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return TextHash()(text); }
    size_t operator()(const SubjectEntry* entry) const { return TextHash()(entry->subject()); }
  };
  struct EntryEqual {
    using is_transparent = void;
    bool operator()(const SubjectEntry* a, const SubjectEntry* b) const { return a == b; }
    bool operator()(const SubjectEntry* a, std::string_view b) const { return a->subject() == b; }
    bool operator()(std::string_view a, const SubjectEntry* b) const { return a == b->subject(); }
  };

  template <typename Visit>
  static void for_each_wildcard(const WildcardNode& node, Visit& visit) {
    if (node.here != nullptr) visit(*node.here);
    if (node.rest != nullptr) visit(*node.rest);
    if (node.any != nullptr) for_each_wildcard(*node.any, visit);
    node.literals.for_each([&visit](const auto& child) { for_each_wildcard(*child.second, visit); });
  }

  SubjectEntry& entry_for(std::string_view subject);
  SubjectEntry*& wildcard_slot(std::string_view subject);
  void drop_entry(SubjectEntry* entry);
  bool drop_wildcard(WildcardNode& node, std::string_view rest_of_subject);
  void find(std::string_view subject, MatchResult& result) const;
  static void collect(const WildcardNode& node, const std::string_view* tokens, size_t count,
                      MatchResult& result);

  SplitTable<absl::flat_hash_set<SubjectEntry*, EntryHash, EntryEqual>> literals_;
  std::unique_ptr<WildcardNode> wildcards_;
  size_t wildcard_entries_ = 0;
  MatchCache cache_;
  bool cache_enabled_ = true;
  uint64_t changes_ = 0;
  SublistCounters counters_;
};

}  // namespace antiphon
