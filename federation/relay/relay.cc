#include "federation/relay/relay.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/runtime/clock.h"
#include "federation/relay/side_subjects.h"
#include "protocol/bytes/check.h"
#include "protocol/bytes/text.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kRunWaitMs = 1000;

double seconds(int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

// The place that each side's next server is put in before it is dialed.
fleet::ClientSettings one_server_a_side(fleet::ClientSettings client) {
  client.servers.assign(kSides, {});
  return client;
}

// Nobody else knows it, so nobody else can say that somebody is absent.
std::string absence_subject(std::string_view cluster, Random& random) {
  char letters[Absences::kKeyLetters];
  Absences::write_key(random.next(), letters);
  return absl::StrCat("choria.federation.", std::string(cluster), ".absent.",
                      std::string(letters, sizeof letters), ".");
}

}  // namespace

Relay::Link::Link(Side its_side, const RelaySettings& settings, Random& random)
    : side(its_side),
      rounds(settings.side(side).servers, random),
      login(settings.side(side).credentials, settings.side(side).token),
      messages(messages_subject(settings.cluster, side)),
      pressure(settings.queue_bytes_max, settings.pause_ms_max) {
  add_subscription(messages, absl::StrCat(settings.cluster, "_", side_name(side)),
                   kMessagesSid);
}

void Relay::Link::add_subscription(const std::string& subject, const std::string& group,
                                   uint32_t sid) {
  absl::StrAppend(&subscribe, "SUB ", subject, group.empty() ? "" : " ", group, " ", sid, "\r\n");
  absl::StrAppend(&unsubscribe, "UNSUB ", sid, "\r\n");
}

// What the collective's side is listened to for beside replies.
void Relay::add_subscriptions() {
  Link& collective = link(Side::kCollective);
  if (ledger_.learns()) {
    collective.add_subscription(absence_subject_ + "*", "", kAbsencesSid);
    collective.add_subscription(kStartupSubject, "", kStartupsSid);
  }
  uint32_t sid = kEventsSid;
  for (const std::string& events : settings_.events) {
    collective.add_subscription(events, settings_.cluster + "_events", sid++);
  }
}

Relay::Relay(RelaySettings settings, Log& log, uint64_t seed, std::unique_ptr<Border> border)
    : settings_(std::move(settings)),
      reply_subject_(messages_subject(settings_.cluster, Side::kCollective)),
      admission_{settings_.targets, settings_.replies, OwnHops(settings_.identity)},
      log_(log),
      random_(seed),
      replays_(settings_.replay_entries, settings_.replay_window_ms, random_.next()),
      ledger_(settings_.ledger, random_.next()),
      border_(std::move(border)),
      absence_subject_(absence_subject(settings_.cluster, random_)),
      requests_rate_(settings_.requests_per_s),
      targets_rate_(settings_.targets_per_s),
      error_replies_rate_(settings_.error_replies_per_s),
      events_rate_(settings_.events_per_s),
      complaint_lines_rate_(kComplaintLinesPerS),
      loop_(one_server_a_side(settings_.client), *this, kSides) {
  for (const Side side : {Side::kFederation, Side::kCollective}) {
    links_.emplace_back(side, settings_, random_);
    if (settings_.side(side).servers.empty() && lookup_ == nullptr) {
      lookup_ = std::make_unique<ServerLookup>(settings_.dns_servers, random_.next());
    }
  }
  add_subscriptions();
  subjects_.reserve(settings_.limits.targets_max);
}

// ---- Connections -------------------------------------------------------------------------------

void Relay::write_connect(fleet::LinkId id, bool over_tls, std::string_view nonce,
                          std::string& out) {
  const Side side = static_cast<Side>(id.value);
  const std::string name =
      absl::StrCat("federation ", settings_.cluster, " ", side_name(side), " ", settings_.identity);
  // They are for the other brokers.
  const bool is_known = loop_.server(id).in_process != nullptr;
  fleet::append_connect_line(name, is_known ? fleet::Credentials{} : link(side).login.show(nonce),
                             over_tls, out);
}

void Relay::on_open(fleet::LinkId id) {
  Link& opened = link(static_cast<Side>(id.value));
  opened.pressure.reset();
  opened.rounds.connected();
  ++opened.counts.connects;
  opened.counts.connected = true;
  opened.counts.server = loop_.server(id).url;
  opened.counts.in_process = loop_.server(id).in_process != nullptr;
  log_.info(absl::StrCat("federation ", settings_.cluster, ": connected to the ",
                         side_name(opened.side), " side at ", opened.counts.server,
                         opened.counts.in_process ? ", in this process" : ""));
  if (opened.side == Side::kCollective) ledger_.collective_opened(loop_.now().ms());
  if (stage_ == Stage::kRunning) subscribe_both();
}

void Relay::subscribe_both() {
  if (!is_open(Side::kFederation) || !is_open(Side::kCollective)) return;
  for (Link& one : links_) {
    one.hop = hop_text(direction_from(one.side), settings_.identity, one.counts.server,
                       link(other(one.side)).counts.server);
    loop_.send(id_of(one.side), one.subscribe);
    one.subscribed = true;
    one.serving = false;
    loop_.fence(id_of(one.side));
  }
}

void Relay::unsubscribe(Side side) {
  Link& one = link(side);
  if (!one.subscribed) return;
  one.subscribed = one.serving = false;
  if (!is_open(side)) return;
  loop_.send(id_of(side), one.unsubscribe);
  loop_.resume(id_of(side));
}

void Relay::on_closed(fleet::LinkId id, const fleet::LinkFailure& failure) {
  give_up(link(static_cast<Side>(id.value)), loop_.server(id).url, failure.text());
}

void Relay::give_up(Link& closed, std::string_view where, std::string_view reason) {
  closed.subscribed = closed.serving = false;
  closed.counts.connected = false;
  closed.counts.server.clear();
  closed.pressure.reset();
  ++closed.counts.failures;
  const int64_t delay_ms = jittered_backoff_ms(settings_.backoff, closed.attempts, random_);
  closed.dial_at_ms = loop_.now().ms() + delay_ms;
  unsubscribe(other(closed.side));
  if (stage_ != Stage::kRunning) return;
  log_.error(absl::StrCat("federation ", settings_.cluster, ": ", side_name(closed.side),
                          " side", where.empty() ? "" : " at ", std::string(where), ": ",
                          std::string(reason), "; the next attempt follows in ",
                          seconds(delay_ms), " s"));
}

// Without the permission nothing comes, and nothing would say so.
bool Relay::Link::lacks_permission(std::string_view complaint) const {
  constexpr std::string_view kRefused = "Permissions Violation for Subscription to \"";
  const size_t at = complaint.find(kRefused);
  if (at == std::string_view::npos) return false;
  const std::string_view refused = complaint.substr(at + kRefused.size());
  return refused.substr(0, refused.find('"')) == messages;
}

void Relay::on_complaint(fleet::LinkId id, std::string_view text) {
  Link& one = link(static_cast<Side>(id.value));
  ++one.counts.complaints;
  if (one.lacks_permission(text)) {
    loop_.close(id);
    return give_up(one, loop_.server(id).url,
                   absl::StrCat("the login is good but has no permission to subscribe to ",
                                one.messages,
                                ": see antiphon federation permissions --help"));
  }
  if (!complaint_lines_rate_.has(1, loop_.now().ms())) return;
  complaint_lines_rate_.take(1);
  log_.error(absl::StrCat("federation ", settings_.cluster, ": the broker of the ",
                          side_name(one.side), " side says: ", std::string(text)));
}

// ---- The round ---------------------------------------------------------------------------------

int64_t Relay::wait_time(int64_t wait_ms_max) const {
  int64_t wait_ms = wait_ms_max;
  const int64_t now_ms = loop_.now().ms();
  for (const Link& one : links_) {
    if (one.dial_at_ms != kNever && stage_ == Stage::kRunning) {
      wait_ms = std::min(wait_ms, one.dial_at_ms - now_ms);
    }
    if (one.pressure.flow() == Flow::kPaused) {
      wait_ms = std::min(wait_ms, one.pressure.pause_ends_ms() - now_ms);
    }
  }
  if (stage_ == Stage::kDraining) wait_ms = std::min(wait_ms, goodbye_ends_ms_ - now_ms);
  return std::max<int64_t>(wait_ms, 0);
}

void Relay::turn(int64_t wait_ms_max) {
  dial_what_is_due();
  loop_.turn(wait_time(wait_ms_max));
  look_at_queues();
  if (stage_ == Stage::kDraining) continue_draining();
}

void Relay::run() {
  while (!is_stopped()) turn(kRunWaitMs);
}

// ---- The end -----------------------------------------------------------------------------------

void Relay::stop() {
  loop_.post([this] { begin_draining(); });
}

void Relay::begin_draining() {
  if (stage_ != Stage::kRunning) return;
  stage_ = Stage::kDraining;
  goodbye_ends_ms_ = loop_.now().ms() + kGoodbyeMsMax;
  for (const Link& one : links_) {
    unsubscribe(one.side);
    if (is_open(one.side)) {
      loop_.fence(id_of(one.side));
    } else {
      loop_.close(id_of(one.side));
    }
  }
}

void Relay::on_fence(fleet::LinkId id) {
  Link& one = link(static_cast<Side>(id.value));
  if (stage_ == Stage::kDraining) one.fence_passed = true;
  if (stage_ != Stage::kRunning || !one.subscribed) return;
  one.serving = true;
  one.attempts = 0;
  if (!link(other(one.side)).serving) return;
  log_.info(absl::StrCat("federation ", settings_.cluster, ": passing on requests and replies"));
}

// First both sides have sent what they had for us; then both have taken what we made of it.
void Relay::continue_draining() {
  bool any_open = false;
  bool all_passed = true;
  for (const Link& one : links_) {
    if (!is_open(one.side)) continue;
    any_open = true;
    if (!one.fence_passed) all_passed = false;
  }
  const bool late = loop_.now().ms() >= goodbye_ends_ms_;
  if (!all_passed && !late) return;
  if (any_open && !late && !all_received_) {
    all_received_ = true;
    for (Link& one : links_) {
      one.fence_passed = false;
      if (is_open(one.side)) loop_.fence(id_of(one.side));
    }
    return;
  }
  for (const Link& one : links_) loop_.close(id_of(one.side));
  if (late) {
    log_.warning(absl::StrCat("federation ", settings_.cluster,
                              ": stopped before everything was passed on"));
  }
  stage_ = Stage::kStopped;
}

}  // namespace antiphon::federation
