// What a session with permissions may do: the rules of its user, and what has been asked of it.
//
// MODEL: a session without permissions has none of this and is never asked. Answers of the rules
// are remembered for the subjects used last. Where the user may answer requests, each request that
// is delivered opens its reply subject for a while (allow_responses).
// SHARD: home. LIMITS: kRememberedMax subjects in each direction, kRepliesMax open replies.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "broker/auth/permissions.h"
#include "broker/runtime/clock.h"
#include "protocol/bytes/text.h"

namespace antiphon {

struct Session;
struct Subscription;

// The last answers of some rules. Forgets half of them when it is full.
class RememberedAnswers {
 public:
  static constexpr size_t kRememberedMax = 128;

  // Null when it was not asked lately.
  const bool* find(std::string_view question) const;
  void remember(std::string_view question, bool answer);

 private:
  TextMap<bool> recent_;
  TextMap<bool> older_;
};

class SessionPermissions {
 public:
  // The one that is open for longest goes first, as if its time were over.
  static constexpr size_t kRepliesMax = 65'536;

  explicit SessionPermissions(std::shared_ptr<const Permissions> rules)
      : rules_(std::move(rules)) {}

  const Permissions& rules() const { return *rules_; }
  bool tracks_replies() const { return rules_->responses().has_value(); }

  // A use of an open reply counts.
  bool may_publish(std::string_view subject, SteadyTime now);
  // Whether the last subject that the rules allowed is this one.
  bool just_allowed(std::string_view subject) const { return subject == last_published_; }
  bool may_deliver(std::string_view subject, std::string_view queue);
  // A request was delivered that wants its answer there.
  void open_reply(std::string_view reply, SteadyTime now);
  size_t open_replies() const { return replies_.size(); }

 private:
  struct Reply {
    uint64_t number;  // of open_reply's calls
    int64_t opened_ms;
    int64_t used = 0;
  };
  struct Opening {
    uint64_t number;
    std::string subject;
  };

  bool rules_allow_publish(std::string_view subject);
  bool use_reply(std::string_view subject, SteadyTime now);
  bool is_over(const Reply& reply, SteadyTime now) const;
  void prune_replies(SteadyTime now);

  const std::shared_ptr<const Permissions> rules_;
  std::string last_published_;  // allowed
  RememberedAnswers publish_;
  RememberedAnswers deliver_;
  std::string question_;
  TextMap<Reply> replies_;
  std::deque<Opening> openings_;  // oldest first; may name replies that are gone
  uint64_t opened_ = 0;
};

// Whether deliveries to this subscription must be looked at one by one. REQUIRES: it has
// permissions.
bool must_watch(const SessionPermissions& permissions, std::string_view subject,
                std::string_view queue);

}  // namespace antiphon
