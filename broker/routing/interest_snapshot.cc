#include "broker/routing/interest_snapshot.h"

#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr char kLiteral = 'L';
constexpr char kWildcard = 'W';

void append_key(std::string& key, AccountId account, char kind, std::string_view text) {
  key.append(reinterpret_cast<const char*>(&account.value), sizeof account.value);
  key += kind;
  key.append(text);
}

}  // namespace

void append_literal_key(std::string& key, AccountId account, std::string_view subject) {
  append_key(key, account, kLiteral, subject);
}

void append_wildcard_key(std::string& key, AccountId account, std::string_view prefix) {
  append_key(key, account, kWildcard, prefix);
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
  queues.push_back(interest);
}

void InterestReader::adopt(const InterestSnapshot& snapshot) {
  snapshot_ = snapshot;
  last_valid_ = false;
}

void InterestReader::add(const InterestEntry& entry) {
  match_.plain |= entry.plain;
  for (const QueueInterest& queue : entry.queues) match_.add_queue(queue);
}

// `key_` ends with the prefix walked so far; extends it by each way the next token can be wanted.
void InterestReader::collect(const std::string_view* tokens, size_t count) {
  const size_t length = key_.size();
  const bool at_start = key_.back() == kWildcard && length == sizeof(AccountId) + 1;
  const std::string_view ways[] = {">", "*", tokens[0]};
  for (const std::string_view way : ways) {
    if (way.data() == tokens[0].data() && (way == "*" || way == ">")) continue;  // asked already
    key_.resize(length);
    if (!at_start) key_ += kTokenSeparator;
    key_.append(way);
    const InterestEntry* entry = InterestTrie::find(snapshot_.root, key_);
    if (entry == nullptr) continue;
    if (way == ">" || count == 1) add(*entry);
    if (way != ">" && count > 1 && entry->passing != 0) collect(tokens + 1, count - 1);
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
  collect(tokens.data(), tokens.size());
  return match_;
}

}  // namespace antiphon
