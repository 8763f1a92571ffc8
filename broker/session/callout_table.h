// The questions to auth callout services that nobody has answered yet, of all shards.
//
// MODEL: each question has a reply subject of its own: a beginning that only this process uses, and
// 128 random bits. Whatever is published below that beginning comes here and goes to no subscriber;
// the first that names a question answers it. So the answer may come in on any shard, and nobody can
// guess where to, or answer twice, or when the time is over.
// SHARD: any; one lock, taken when a question is asked, answered and given up. LIMITS: kQuestionsMax.
#pragma once

#include <absl/functional/any_invocable.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "broker/runtime/strong_id.h"
#include "protocol/bytes/text.h"

namespace antiphon {

class CalloutTable {
 public:
  // What a busy service answers within the two seconds that a client usually waits.
  static constexpr size_t kQuestionsMax = 16'384;
  // Longer answers are no answers; JWTs are bounded likewise, and sealing adds a little.
  static constexpr size_t kAnswerBytesMax = 64 * 1024 + 256;

  explicit CalloutTable(size_t most = kQuestionsMax);

  // Runs on the shard on which the answer came in.
  using Answered = absl::AnyInvocable<void(std::string)>;
  // The reply subject; nothing when there are too many questions.
  std::optional<std::string> add(AccountId account, Answered answered);
  // The question is over.
  void forget(std::string_view reply);

  // Whether the subject is one that only this server reads.
  bool is_reply(std::string_view subject) const { return subject.starts_with(beginning_); }
  // An answer that somebody in `account` gave; false when nobody waits for it there.
  bool answer(AccountId account, std::string_view reply, std::string_view text);

  size_t waiting() const { return waiting_.load(std::memory_order_relaxed); }  // a number to be shown

 private:
  struct Question {
    AccountId account;
    Answered answered;
  };

  const size_t most_;
  const std::string beginning_;  // "$SYS._INBOX.", letters of this process, "."
  std::mutex mutex_;
  TextMap<Question> questions_;  // by reply subject
  std::atomic<size_t> waiting_{0};
};

}  // namespace antiphon
