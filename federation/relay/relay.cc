#include "federation/relay/relay.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "federation/relay/side_subjects.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kRunWaitMs = 1000;

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

// What the collective's side is listened to for beside replies.
void Relay::add_subscriptions() {
  SideLink& collective = link(Side::kCollective);
  if (ledger_.learns()) {
    collective.add_subscription(absence_subject_ + "*", "", kAbsencesSid);
    uint32_t sid = kSignsSid;
    for (const SignSubject& one : signs_) collective.add_subscription(one.subject, "", sid++);
  }
  uint32_t sid = kEventsSid;
  for (const std::string& events : settings_.events) {
    collective.add_subscription(events, settings_.cluster + "_events", sid++);
  }
}

Relay::Relay(RelaySettings settings, Log& log, uint64_t seed, std::unique_ptr<Border> border)
    : settings_(std::move(settings)),
      reply_subject_(messages_subject(settings_.cluster, Side::kCollective)),
      signs_(sign_subjects(settings_)),
      admission_{settings_.targets, settings_.replies, OwnHops(settings_.identity),
                 heard_targets(settings_)},
      log_(log),
      random_(seed),
      replays_(settings_.replay_entries, settings_.replay_window_ms, random_.next()),
      ledger_(settings_.ledger, random_.next()),
      asked_(holds_replies_against_requests() ? settings_.asked_entries : 1),
      border_(std::move(border)),
      absence_subject_(absence_subject(settings_.cluster, random_)),
      requests_rate_(settings_.requests_per_s),
      targets_rate_(settings_.targets_per_s),
      error_replies_rate_(settings_.error_replies_per_s),
      complaint_lines_rate_(kComplaintLinesPerS),
      targets_(settings_.limits.targets_max, absence_subject_),
      events_(settings_),
      rates_(clock().steady().ms()),
      loop_(one_server_a_side(settings_.client), *this, kSides) {
  for (const Side side : {Side::kFederation, Side::kCollective}) {
    links_.emplace_back(side, settings_, kMessagesSid, random_);
    if (settings_.side(side).servers.empty() && lookup_ == nullptr) {
      lookup_ = std::make_unique<ServerLookup>(settings_.dns_servers, random_.next());
    }
  }
  add_subscriptions();
}

// ---- The round ---------------------------------------------------------------------------------

int64_t Relay::wait_time(int64_t wait_ms_max) const {
  int64_t wait_ms = wait_ms_max;
  const int64_t now_ms = loop_.now().ms();
  for (const SideLink& one : links_) {
    if (one.dial_at_ms != kNever && stage_ == Stage::kRunning) {
      wait_ms = std::min(wait_ms, one.dial_at_ms - now_ms);
    }
    if (one.pressure.flow() == Flow::kPaused) {
      wait_ms = std::min(wait_ms, one.pressure.pause_ends_ms() - now_ms);
    }
  }
  if (stage_ == Stage::kDraining) wait_ms = std::min(wait_ms, goodbye_.ends_ms() - now_ms);
  if (!early_.empty()) wait_ms = std::min(wait_ms, EarlyReplies::kTurnMsMax);
  return std::max<int64_t>(wait_ms, 0);
}

void Relay::turn(int64_t wait_ms_max) {
  dial_what_is_due();
  loop_.turn(wait_time(wait_ms_max));
  look_at_early_replies();
  look_at_queues();
  rates_.look(passed_on(), loop_.now().ms());
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
  goodbye_.begin(loop_.now().ms());
  others_.end();
  for (const SideLink& one : links_) {
    unsubscribe(one.side);
    if (is_open(one.side)) {
      loop_.fence(id_of(one.side));
    } else {
      loop_.close(id_of(one.side));
    }
  }
}

void Relay::continue_draining() {
  const auto step =
      goodbye_.look({is_open(Side::kFederation), is_open(Side::kCollective)}, loop_.now().ms());
  if (step == Goodbye::Step::kWait) return;
  if (step == Goodbye::Step::kFenceAgain) {
    settle_early_replies();
    for (const SideLink& one : links_) {
      if (is_open(one.side)) loop_.fence(id_of(one.side));
    }
    return;
  }
  for (const SideLink& one : links_) loop_.close(id_of(one.side));
  if (step == Goodbye::Step::kGoLate) {
    log_.warning(absl::StrCat("federation ", settings_.cluster,
                              ": stopped before everything was passed on"));
  }
  stage_ = Stage::kStopped;
  look_at_early_replies();
}

}  // namespace antiphon::federation
