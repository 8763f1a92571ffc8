// Which shards want a subject: one immutable picture that every shard holds, and how to ask it.
//
// WHY: a publisher's shard must know, without asking, whom to hand a message to. The picture is
// made on the coordinating shard and handed over by message; it changes only when a subject gets
// its first or loses its last subscriber on a shard, or a queue group's size changes.
// SHARD: any; each has its own reader. LIFETIME: a snapshot may be read until the shard has
// acknowledged a newer one.
#pragma once

#include <string>
#include <string_view>

#include "broker/routing/interest_trie.h"

namespace antiphon {

struct InterestSnapshot {
  const InterestNode* root = nullptr;  // null before the first one arrives
  uint64_t version = 0;
  uint64_t wildcard_subjects = 0;  // 0: only literal subjects need be looked up
};

// Keys of the trie. Literal subjects are stored whole; a subject with wildcards is stored whole
// too, and each of its proper prefixes counts how many such subjects pass through it. A prefix is
// kept as a hash, so that what a subject costs grows with its length, not with the square of it.
// Two prefixes of one hash are counted together: a search then goes where there is nothing, no more.
void append_literal_key(std::string& key, AccountId account, std::string_view subject);
void append_wildcard_key(std::string& key, AccountId account, std::string_view subject);
void append_prefix_key(std::string& key, AccountId account, uint64_t prefix_hash);

inline constexpr uint64_t kEmptyPrefixHash = 0;
// The hash of a prefix that is longer by one token.
uint64_t extend_prefix(uint64_t prefix_hash, std::string_view token);

class InterestReader {
 public:
  void adopt(const InterestSnapshot& snapshot);
  const InterestSnapshot& snapshot() const { return snapshot_; }

  // Who wants `subject`. Valid until the next call or adopt(). The last answer is remembered.
  const InterestMatch& match(AccountId account, std::string_view subject);

 private:
  void collect(uint64_t prefix_hash, const std::string_view* tokens, size_t count);
  void collect_way(uint64_t prefix_hash, std::string_view way, const std::string_view* tokens,
                   size_t count);
  void add(const InterestEntry& entry);

  InterestSnapshot snapshot_;
  InterestMatch match_;
  std::string last_subject_;
  AccountId last_account_;
  bool last_valid_ = false;
  std::string key_;
  std::string prefix_key_;
};

}  // namespace antiphon
