// Joins one collective to a federation: takes requests from the federation's broker to the
// collective's nodes and their replies back.
//
// MODEL: one connection to each side, one thread, and of what has passed only the replay window and
// the ledger, neither of which anything depends on: any number of relays, ours and the reference's,
// share the work of a cluster through the queue groups of their subscriptions. A message is scanned, judged, rewritten and published before the next one is
// looked at. SUBJECTS and groups: choria-wire.md 1.2.
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
#include <string>
#include <string_view>
#include <vector>

#include "broker/runtime/log.h"
#include "broker/runtime/random.h"
#include "federation/border/border.h"
#include "federation/envelope/admit.h"
#include "federation/envelope/replay_window.h"
#include "federation/memory/ledger.h"
#include "federation/names/server_lookup.h"
#include "federation/names/server_rounds.h"
#include "federation/relay/back_pressure.h"
#include "federation/relay/relay_counts.h"
#include "federation/relay/relay_settings.h"
#include "federation/relay/side_login.h"
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
  RelayReport report() const;
  RequestReport request_report(std::string_view id) const;
  TargetReport target_report(std::string_view target) const;

  static constexpr int64_t kGoodbyeMsMax = 5000;
  static constexpr int64_t kNever = INT64_MAX;
  static constexpr double kComplaintLinesPerS = 10;  // in the log; all are counted

 private:
  enum class Stage : uint8_t { kRunning, kDraining, kStopped };

  struct Link {
    Link(Side side, const RelaySettings& settings, Random& random);
    void add_subscription(const std::string& subject, const std::string& group, uint32_t sid);
    bool lacks_permission(std::string_view complaint) const;
    Side side;
    ServerRounds rounds;
    SideLogin login;
    uint32_t attempts = 0;  // since it last took our subscriptions
    int64_t dial_at_ms = 0;
    bool subscribed = false;
    bool serving = false;       // the broker has taken the subscriptions
    bool fence_passed = false;  // while draining
    std::string messages;       // the subject that requests or replies come on
    std::string subscribe;    // lines, with their ends
    std::string unsubscribe;
    std::string hop;        // of messages that come from this side
    BackPressure pressure;  // of its output
    SideCounts counts;
  };

  // Of subscriptions: requests on one side, replies on the other; then the collective's others.
  static constexpr uint32_t kMessagesSid = 1;
  static constexpr uint32_t kAbsencesSid = 2;
  static constexpr uint32_t kStartupsSid = 3;
  static constexpr uint32_t kEventsSid = 4;  // and the following

  // relay.cc: connections
  void add_subscriptions();
  void write_connect(fleet::LinkId id, bool over_tls, std::string_view nonce,
                     std::string& out) override;
  void on_open(fleet::LinkId id) override;
  void on_message(fleet::LinkId id, const ServerFrame& frame) override;
  void on_fence(fleet::LinkId id) override;
  void on_complaint(fleet::LinkId id, std::string_view text) override;
  void on_closed(fleet::LinkId id, const fleet::LinkFailure& failure) override;
  void give_up(Link& closed, std::string_view where, std::string_view reason);
  static fleet::LinkId id_of(Side side) { return fleet::LinkId{static_cast<uint32_t>(side)}; }
  Link& link(Side side) { return links_[static_cast<size_t>(side)]; }
  const Link& link(Side side) const { return links_[static_cast<size_t>(side)]; }
  bool is_open(Side side) const { return loop_.state(id_of(side)) == fleet::LinkState::kOpen; }
  void subscribe_both();
  void unsubscribe(Side side);
  int64_t wait_time(int64_t wait_ms_max) const;
  void begin_draining();
  void continue_draining();

  // relay_servers.cc: which broker comes next
  void dial_what_is_due();
  void dial(Link& link);
  void look_up(Link& link);
  void looked_up(Side side, absl::StatusOr<FoundServers> found);

  // relay_messages.cc: messages
  Refusal judge(Direction direction, std::string_view message);
  void take_request(std::string_view message);
  void take_reply(std::string_view message);
  Refusal pass_request(Passing& passing);
  Refusal pass_reply();
  Refusal check_rates(size_t targets);
  void choose_targets(Passing& passing);
  void leave_out_duplicates(Passing& passing);
  void ask_who_listens();
  Refusal check_room(Side to, size_t bytes) const;
  size_t rewrite(Direction direction);
  void publish(Side to, size_t bytes);
  void tell_asker(Refusal refusal);
  void look_at_queues();

  void add_last_requests(std::vector<RequestLine>& lines) const;

  // relay_events.cc: what comes beside requests and replies
  void take_absence(const ServerFrame& frame);
  void take_startup(std::string_view event);
  void take_event(const ServerFrame& frame);
  Refusal pass_event(const ServerFrame& frame);

  const RelaySettings settings_;
  const std::string reply_subject_;  // of the collective's nodes
  const Admission admission_;
  Log& log_;
  Random random_;
  ReplayWindow replays_;
  Ledger ledger_;
  const std::unique_ptr<Border> border_;  // may be null
  const std::string absence_subject_;  // where the broker says that nobody listens; ends in a dot
  TokenBucket requests_rate_;
  TokenBucket targets_rate_;
  TokenBucket error_replies_rate_;
  TokenBucket events_rate_;
  TokenBucket complaint_lines_rate_;
  TransportView transport_;                 // of the message being passed on
  std::vector<std::string_view> subjects_;  // that it goes to
  std::string lines_;                       // subjects_ with reply subjects behind them
  std::vector<char> rewritten_;
  std::string event_subject_;
  std::vector<Link> links_;
  std::array<DirectionCounts, kDirections> directions_;
  EventCounts events_;
  uint64_t error_replies_ = 0;
  Stage stage_ = Stage::kRunning;
  int64_t goodbye_ends_ms_ = 0;
  bool all_received_ = false;  // while draining: what remains is to be taken in
  fleet::ClientLoop loop_;
  std::unique_ptr<ServerLookup> lookup_;  // null where all addresses are given; ends before the loop
};

}  // namespace antiphon::federation
