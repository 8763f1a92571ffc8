#include "broker/routing/interest_snapshot.h"

#include <bit>

#include "protocol/bytes/text.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr char kLiteral = 'L';
constexpr char kWildcard = 'W';
constexpr char kPrefix = 'P';

void append_key(std::string& key, AccountId account, char kind, std::string_view text) {
  key.append(reinterpret_cast<const char*>(&account.value), sizeof account.value);
  key += kind;
  key.append(text);
}

}  // namespace

void append_literal_key(std::string& key, AccountId account, std::string_view subject) {
  append_key(key, account, kLiteral, subject);
}

void append_wildcard_key(std::string& key, AccountId account, std::string_view subject) {
  append_key(key, account, kWildcard, subject);
}

void append_prefix_key(std::string& key, AccountId account, uint64_t prefix_hash) {
  append_key(key, account, kPrefix,
             {reinterpret_cast<const char*>(&prefix_hash), sizeof prefix_hash});
}

uint64_t extend_prefix(uint64_t prefix_hash, std::string_view token) {
  constexpr uint64_t kOdd = 0x9E3779B97F4A7C15;  // 2^64 over the golden ratio: spreads the bits
  const uint64_t mixed = (std::rotl(prefix_hash, 23) ^ TextHash()(token)) * kOdd;
  return mixed == kEmptyPrefixHash ? 1 : mixed;
}

void InterestMatch::add_queue(const QueueInterest& interest) {
  for (QueueInterest& known : queues) {
    if (known.name != interest.name) continue;
    for (const QueueWeight& weight : interest.weights) {
      bool merged = false;
      for (QueueWeight& known_weight : known.weights) {
        if (known_weight.shard != weight.shard) continue;
        known_weight.members += weight.members;
        merged = true;
      }
      if (!merged) known.weights.push_back(weight);
    }
    return;
  }
  if (spare.empty()) {
    queues.push_back(interest);
    return;
  }
  queues.push_back(std::move(spare.back()));
  spare.pop_back();
  queues.back() = interest;
}

void InterestReader::adopt(const InterestSnapshot& snapshot) {
  snapshot_ = snapshot;
  last_valid_ = false;
}

void InterestReader::add(const InterestEntry& entry) {
  match_.plain |= entry.plain;
  for (const QueueInterest& queue : entry.queues) match_.add_queue(queue);
}

// Goes on with `way` as the next token, which leads to an end or further on.
void InterestReader::collect_way(uint64_t prefix_hash, std::string_view way,
                                 const std::string_view* tokens, size_t count) {
  if (way == ">" || count == 1) {
    const InterestEntry* entry = InterestTrie::find(snapshot_.root, key_);
    if (entry != nullptr) add(*entry);
    return;
  }
  const uint64_t longer = extend_prefix(prefix_hash, way);
  prefix_key_.clear();
  append_prefix_key(prefix_key_, last_account_, longer);
  if (InterestTrie::find(snapshot_.root, prefix_key_) != nullptr) {
    collect(longer, tokens + 1, count - 1);
  }
}

// `key_` ends with the prefix walked so far; extends it by each way the next token can be wanted.
void InterestReader::collect(uint64_t prefix_hash, const std::string_view* tokens, size_t count) {
  const size_t length = key_.size();
  const bool at_start = prefix_hash == kEmptyPrefixHash;
  const std::string_view ways[] = {">", "*", tokens[0]};
  for (const std::string_view way : ways) {
    if (way.data() == tokens[0].data() && (way == "*" || way == ">")) continue;  // asked already
    key_.resize(length);
    if (!at_start) key_ += kTokenSeparator;
    key_.append(way);
    collect_way(prefix_hash, way, tokens, count);
  }
  key_.resize(length);
}

const InterestMatch& InterestReader::match(AccountId account, std::string_view subject) {
  if (last_valid_ && account == last_account_ && subject == last_subject_) return match_;
  match_.clear();
  last_subject_.assign(subject);
  last_account_ = account;
  last_valid_ = true;
  if (snapshot_.root == nullptr) return match_;
  key_.clear();
  append_literal_key(key_, account, subject);
  if (const InterestEntry* entry = InterestTrie::find(snapshot_.root, key_)) add(*entry);
  if (snapshot_.wildcard_subjects == 0) return match_;
  absl::InlinedVector<std::string_view, 32> tokens;
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) {
    if (token.empty()) return match_;
    tokens.push_back(token);
  }
  key_.clear();
  append_wildcard_key(key_, account, {});
  collect(kEmptyPrefixHash, tokens.data(), tokens.size());
  return match_;
}

}  // namespace antiphon
