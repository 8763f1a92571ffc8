// Joins one collective to a federation: takes requests from the federation's broker to the
// collective's nodes and their replies back.
//
// MODEL: one connection to each side, one thread, and of what has passed the replay window and the
// ledger, neither of which anything depends on, and who asked what, which each member of a cluster
// learns by itself: any number of relays, ours and the reference's,
// share the work of a cluster through the queue groups of their subscriptions. A message is scanned, judged, rewritten and published before the next one is
// looked at. SUBJECTS and groups: docs/federation.md.
// INVARIANTS: subscribed on one side only while the other is connected, so that a relay that could
// not pass on leaves the messages to others. A broker that refuses the subscription to requests or
// replies is as good as one that refuses the login: the connection is given up and made again later. Nothing is published for a message that is refused;
// every refusal is counted by direction and reason.
// THREADS: everything on the thread that calls turn() or run(), except stop() and the asking; names are
// looked up on a thread of their own.
// LIMITS: RelaySettings.
#pragma once

#include <absl/functional/any_invocable.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/runtime/log.h"
#include "broker/runtime/random.h"
#include "broker/runtime/time_source.h"
#include "federation/border/border.h"
#include "federation/envelope/admit.h"
#include "federation/envelope/replay_window.h"
#include "federation/memory/asked_requests.h"
#include "federation/memory/early_replies.h"
#include "federation/memory/ledger.h"
#include "federation/memory/other_members.h"
#include "federation/names/server_lookup.h"
#include "federation/relay/event_passage.h"
#include "federation/relay/goodbye.h"
#include "federation/relay/last_request.h"
#include "federation/relay/relay_counts.h"
#include "federation/relay/relay_settings.h"
#include "federation/relay/request_targets.h"
#include "federation/relay/side_link.h"
#include "federation/relay/side_subjects.h"
#include "federation/relay/token_bucket.h"
#include "fleet/wire/client_events.h"
#include "fleet/wire/client_loop.h"

namespace antiphon::federation {

class Relay final : private fleet::ClientEvents {
 public:
  // The log must outlive it. Without a border requests pass byte for byte as they were signed.
  Relay(RelaySettings settings, Log& log, uint64_t seed, std::unique_ptr<Border> border = nullptr);

  // Until stop() has been carried out.
  void run();
  // One round; waits at most wait_ms_max.
  void turn(int64_t wait_ms_max);
  bool is_stopped() const { return stage_ == Stage::kStopped; }

  // Any thread. Takes no more messages, passes on what has come, says goodbye: at most
  // kGoodbyeMsMax.
  void stop();
  // Any thread: hands a report to `done`, on the relay's thread, unless it has stopped.
  void ask(absl::AnyInvocable<void(const RelayReport&)> done);
  void ask_about_request(std::string id, absl::AnyInvocable<void(const RequestReport&)> done);
  void ask_about_target(std::string target, absl::AnyInvocable<void(const TargetReport&)> done);
  // Any thread: calls `done` once, on the relay's thread, as soon as both brokers have taken its
  // subscriptions, unless it stops before. Only the last who waits is told.
  void tell_when_serving(absl::AnyInvocable<void()> done);
  // What replies are held against.
  struct AskedMemory {
    AskedRequests requests;
    OtherMembers others;
    int64_t listens_since_ms;
  };
  // Any thread: hands them to `done`, on the relay's thread, unless it has stopped; and the other
  // relay, which takes over from it in this process, learns them.
  void ask_what_was_asked(absl::AnyInvocable<void(AskedMemory)> done);
  void learn_what_was_asked(AskedMemory earlier);
  AskedCounts asked_counts() const;
  RelayReport report() const;
  RequestReport request_report(std::string_view id) const;
  TargetReport target_report(std::string_view target) const;

  static constexpr int64_t kGoodbyeMsMax = Goodbye::kMsMax;
  static constexpr int64_t kNever = INT64_MAX;
  static constexpr double kComplaintLinesPerS = 10;  // in the log; all are counted
  static constexpr int64_t kUnaskedLineEveryMs = 60'000;  // the same

 private:
  enum class Stage : uint8_t { kRunning, kDraining, kStopped };

  // Of subscriptions: requests on one side, replies on the other; then the collective's others.
  static constexpr uint32_t kMessagesSid = 1;
  static constexpr uint32_t kCopiesSid = 2;  // of requests, on the federation's side
  static constexpr uint32_t kAbsencesSid = 2;
  static constexpr uint32_t kSignsSid = 3;     // and the following
  static constexpr uint32_t kEventsSid = 100;  // and the following
  static_assert(kSignsSid + kLifeSigns + kSubjectPatternsMax < kEventsSid);

  const TimeSource& clock() const { return settings_.client.clock; }

  // relay.cc: the round and the end
  void add_subscriptions();
  int64_t wait_time(int64_t wait_ms_max) const;
  void begin_draining();
  void continue_draining();

  // relay_links.cc: connections
  void write_connect(fleet::LinkId id, bool over_tls, std::string_view nonce,
                     std::string& out) override;
  void on_open(fleet::LinkId id) override;
  void on_message(fleet::LinkId id, const ServerFrame& frame) override;
  void on_fence(fleet::LinkId id) override;
  void on_complaint(fleet::LinkId id, std::string_view text) override;
  void on_closed(fleet::LinkId id, const fleet::LinkFailure& failure) override;
  void give_up(SideLink& closed, std::string_view where, std::string_view reason);
  static fleet::LinkId id_of(Side side) { return fleet::LinkId{static_cast<uint32_t>(side)}; }
  SideLink& link(Side side) { return links_[static_cast<size_t>(side)]; }
  const SideLink& link(Side side) const { return links_[static_cast<size_t>(side)]; }
  bool is_open(Side side) const { return loop_.state(id_of(side)) == fleet::LinkState::kOpen; }
  bool is_serving() const;
  void tell_that_it_serves();
  void subscribe_both();
  void unsubscribe(Side side);

  // relay_servers.cc: which broker comes next
  void dial_what_is_due();
  void dial(SideLink& link);
  void look_up(SideLink& link);
  void looked_up(Side side, absl::StatusOr<FoundServers> found);

  // relay_messages.cc: messages
  Refusal judge(Direction direction, std::string_view message);
  void take_request(std::string_view message);
  void take_reply(std::string_view message);
  Refusal pass_request(Passing& passing);
  Refusal pass_over_border(Passing& passing);
  Refusal publish_request(Passing& passing, std::string_view data_as_it_came);
  Refusal pass_reply();
  Refusal check_rates(size_t targets);
  Refusal check_room(Side to, size_t bytes, uint64_t wanted) const;
  size_t rewrite(Direction direction);
  void note_queue(Side to);
  bool may_be_told() const;
  void tell_asker(Refusal refusal);
  void look_at_queues();

  // relay_asked.cc: what replies are held against
  bool holds_replies_against_requests() const {
    return settings_.unasked_replies == UnaskedReplies::kRefuse;
  }
  void listen_to_all_requests();
  void hear_copies();
  void hear_no_copies();
  void tell_what_is_forbidden();
  bool is_of_copies(Side side, std::string_view complaint) const;
  void take_copy(std::string_view message);
  void look_for_others();
  void note_taken(std::string_view message);
  void note_lone_copy();
  void note_copy(std::string_view message);
  void note_request();
  bool may_be_unknown() const;
  std::optional<Refusal> look_for_request(std::string_view reply);
  void look_at_early_replies();
  void release_early_replies();
  void settle_early_replies();
  void settle(const EarlyReply& reply);
  void tell_of_unasked_replies();

  PassedOn passed_on() const;
  void add_last_requests(std::vector<RequestLine>& lines) const;

  // relay_events.cc: what comes beside requests and replies
  void take_absence(const ServerFrame& frame);
  void take_sign(LifeSign sign, std::string_view message);
  std::string_view registering_node(std::string_view message);
  void take_event(const ServerFrame& frame);

  const RelaySettings settings_;
  const std::string reply_subject_;  // of the collective's nodes
  const std::vector<SignSubject> signs_;
  const Admission admission_;
  Log& log_;
  Random random_;
  ReplayWindow replays_;
  Ledger ledger_;
  AskedRequests asked_;
  OtherMembers others_;
  EarlyReplies early_;
  LastRequest last_request_;
  Hearing hearing_ = Hearing::kOff;
  int64_t listens_since_ms_ = 0;  // to what others are asked, while it does
  bool has_asked_news_ = false;   // for replies that wait
  AskedCounts asked_counts_;
  uint64_t unasked_told_ = 0;     // in the log
  int64_t unasked_told_ms_ = INT64_MIN / 2;
  const std::unique_ptr<Border> border_;  // may be null
  const std::string absence_subject_;  // where the broker says that nobody listens; ends in a dot
  TokenBucket requests_rate_;
  TokenBucket targets_rate_;
  TokenBucket error_replies_rate_;
  TokenBucket complaint_lines_rate_;
  TransportView transport_;  // of the message being passed on
  RequestTargets targets_;
  std::vector<char> rewritten_;
  std::vector<SideLink> links_;
  std::array<DirectionCounts, kDirections> directions_;
  EventPassage events_;
  uint64_t error_replies_ = 0;
  RecentRates rates_;
  absl::AnyInvocable<void()> when_serving_;  // null while nobody waits
  Stage stage_ = Stage::kRunning;
  Goodbye goodbye_;  // while draining
  fleet::ClientLoop loop_;
  std::unique_ptr<ServerLookup> lookup_;  // null where all addresses are given; ends before the loop
};

}  // namespace antiphon::federation
