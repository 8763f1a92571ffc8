#include "broker/session/open_replies.h"

#include <openssl/rand.h>

#include <array>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kShardDigits = 2;
constexpr size_t kFirstToken = 6;   // with the shard
constexpr size_t kSecondToken = 22;  // 62^22 is more than 2^128
constexpr size_t kReplyBytes = kServiceReplyPrefix.size() + kFirstToken + 1 + kSecondToken;
constexpr size_t kPrunedAtOnce = 256;

// Random bytes from the system, fetched many at a time.
class RandomBytes {
 public:
  uint8_t next() {
    if (used_ == bytes_.size()) {
      AP_CHECK(::RAND_bytes(bytes_.data(), static_cast<int>(bytes_.size())) == 1);
      used_ = 0;
    }
    return bytes_[used_++];
  }
  char digit() {
    // A byte beyond the last whole round would make the first digits likelier.
    constexpr uint8_t kRounds = 256 / 62 * 62;
    uint8_t byte = next();
    while (byte >= kRounds) byte = next();
    return kDigits[byte % kDigits.size()];
  }

 private:
  std::array<uint8_t, 4096> bytes_;
  size_t used_ = 4096;
};

void append_name(std::string& out, ShardId shard) {
  thread_local RandomBytes random;
  out.append(kServiceReplyPrefix);
  out += kDigits[shard.value / kDigits.size()];
  out += kDigits[shard.value % kDigits.size()];
  for (size_t i = kShardDigits; i < kFirstToken; ++i) out += random.digit();
  out += '.';
  for (size_t i = 0; i < kSecondToken; ++i) out += random.digit();
}

}  // namespace

std::optional<ShardId> shard_of_reply(std::string_view subject) {
  if (subject.size() != kReplyBytes || !subject.starts_with(kServiceReplyPrefix)) return std::nullopt;
  const size_t high = kDigits.find(subject[kServiceReplyPrefix.size()]);
  const size_t low = kDigits.find(subject[kServiceReplyPrefix.size() + 1]);
  if (high == kDigits.npos || low == kDigits.npos) return std::nullopt;
  return ShardId{static_cast<uint16_t>(high * kDigits.size() + low)};
}

std::string_view OpenReplies::open(ShardId shard, OpenReply reply, int64_t now_ms) {
  name_.clear();
  append_name(name_, shard);
  reply.number = ++opened_;
  extend(reply, now_ms);
  openings_.push_back({reply.number, reply.due_ms, name_});
  open_.insert_or_assign(name_, std::move(reply));
  return name_;
}

OpenReply* OpenReplies::find(std::string_view subject, int64_t now_ms) {
  const auto found = open_.find(subject);
  if (found == open_.end() || found->second.due_ms <= now_ms) return nullptr;
  return &found->second;
}

OpenReplies::Pruned OpenReplies::prune(int64_t now_ms) {
  Pruned pruned;
  for (size_t looked = 0; looked < kPrunedAtOnce && !openings_.empty(); ++looked) {
    Opening& oldest = openings_.front();
    const auto found = open_.find(oldest.subject);
    const bool is_open = found != open_.end() && found->second.number == oldest.number;
    const bool too_many = open_.size() > kOpenMax;
    const bool crowded = openings_.size() > 2 * kOpenMax;
    if (is_open && !too_many && !crowded && oldest.due_ms > now_ms) break;
    if (is_open && !too_many && found->second.due_ms > now_ms) {
      // It was used meanwhile, or keeps many that are gone from being forgotten: it waits again.
      oldest.due_ms = found->second.due_ms;
      openings_.push_back(std::move(oldest));
    } else if (is_open) {
      ++(found->second.due_ms <= now_ms ? pruned.expired : pruned.displaced);
      open_.erase(found);
    }
    openings_.pop_front();
  }
  return pruned;
}

}  // namespace antiphon
