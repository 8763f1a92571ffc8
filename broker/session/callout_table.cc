#include "broker/session/callout_table.h"

#include <openssl/rand.h>

#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

// As nats-server's inboxes, so that the permissions that services were given fit.
constexpr std::string_view kInbox = "$SYS._INBOX.";
constexpr size_t kProcessBytes = 6;   // 8 letters
constexpr size_t kQuestionBytes = 16;

// Letters that a token of a subject may have.
void append_random(std::string& out, size_t bytes) {
  std::string raw(bytes, '\0');
  AP_CHECK(::RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) == 1);
  append_base64url(out, raw);
}

std::string new_beginning() {
  std::string text(kInbox);
  append_random(text, kProcessBytes);
  return text + ".";
}

}  // namespace

CalloutTable::CalloutTable(size_t most) : most_(most), beginning_(new_beginning()) {}

std::optional<std::string> CalloutTable::add(AccountId account, Answered answered) {
  std::string reply = beginning_;
  append_random(reply, kQuestionBytes);
  const std::lock_guard lock(mutex_);
  if (questions_.size() >= most_) return std::nullopt;
  questions_.insert_or_assign(reply, Question{account, std::move(answered)});
  waiting_.store(questions_.size(), std::memory_order_relaxed);
  return reply;
}

void CalloutTable::forget(std::string_view reply) {
  const std::lock_guard lock(mutex_);
  const auto found = questions_.find(reply);
  if (found == questions_.end()) return;
  questions_.erase(found);
  waiting_.store(questions_.size(), std::memory_order_relaxed);
}

bool CalloutTable::answer(AccountId account, std::string_view reply, std::string_view text) {
  Answered answered;
  {
    const std::lock_guard lock(mutex_);
    const auto found = questions_.find(reply);
    if (found == questions_.end() || found->second.account != account) return false;
    answered = std::move(found->second.answered);
    questions_.erase(found);
    waiting_.store(questions_.size(), std::memory_order_relaxed);
  }
  answered(std::string(text.size() > kAnswerBytesMax ? std::string_view() : text));
  return true;
}

}  // namespace antiphon
