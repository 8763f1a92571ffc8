// Requests to services of other accounts that may still be answered.
//
// MODEL: whoever answers sees only a reply subject made for this one request, `_R_.` and two random
// tokens. The table of the answering account, on the shard of whoever asked, knows where its answers go.
// WHY: so an answer needs no subscription in the other account, and nobody learns its subjects.
// FORMAT: the first token begins with two letters that name the shard.
// SHARD: home of whoever asked. LIMITS: kOpenMax of one account on one shard; the oldest goes first, as if
// its time were over. The names come from the system's random numbers: they cannot be guessed.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "broker/runtime/strong_id.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/account_settings.h"

namespace antiphon {

inline constexpr std::string_view kServiceReplyPrefix = "_R_.";

// The shard that a reply subject names; nothing when it is none of ours.
std::optional<ShardId> shard_of_reply(std::string_view subject);

struct OpenReply {
  AccountId requester;
  std::string reply;  // there
  ResponseType response = ResponseType::kSingleton;
  int64_t threshold_ms = 0;
  uint64_t service = 0;  // ServiceImport::service
  int64_t due_ms = 0;  // steady
  uint64_t number = 0;
};

class OpenReplies {
 public:
  static constexpr size_t kOpenMax = 131'072;

  struct Pruned {
    uint64_t expired = 0;
    uint64_t displaced = 0;
  };

  // Returns the new subject; valid until the next call.
  std::string_view open(ShardId shard, OpenReply reply, int64_t now_ms);
  // Null when nobody asked for it, or too long ago.
  OpenReply* find(std::string_view subject, int64_t now_ms);
  void close(std::string_view subject) { open_.erase(subject); }
  // It has been used: its time begins anew.
  static void extend(OpenReply& reply, int64_t now_ms) { reply.due_ms = now_ms + reply.threshold_ms; }

  // Forgets what is over. Cheap when nothing is.
  Pruned prune(int64_t now_ms);
  template <typename Predicate>
  void forget_if(Predicate&& is_over) {
    absl::erase_if(open_, [&](const auto& entry) { return is_over(entry.second); });
  }

  bool empty() const { return openings_.empty(); }
  size_t size() const { return open_.size(); }

 private:
  struct Opening {
    uint64_t number;
    int64_t due_ms;
    std::string subject;
  };

  TextMap<OpenReply> open_;
  std::deque<Opening> openings_;  // in the order of opening; may name replies that are gone
  std::string name_;
  uint64_t opened_ = 0;
};

}  // namespace antiphon
