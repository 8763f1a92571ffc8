// A Relay's connections: what it says when one opens, whom it serves, what it does when one ends.
#include <absl/strings/str_cat.h>

#include <utility>

#include "federation/relay/relay.h"

namespace antiphon::federation {
namespace {

double seconds(int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

}  // namespace

void Relay::write_connect(fleet::LinkId id, bool over_tls, std::string_view nonce,
                          std::string& out) {
  const Side side = static_cast<Side>(id.value);
  const std::string name =
      absl::StrCat("federation ", settings_.cluster, " ", side_name(side), " ", settings_.identity);
  // They are for the other brokers.
  const bool is_known = loop_.server(id).in_process != nullptr;
  fleet::append_connect_line(name, is_known ? fleet::Credentials{} : link(side).login.show(nonce),
                             over_tls, out, fleet::Echo::kOff);
}

void Relay::on_open(fleet::LinkId id) {
  SideLink& opened = link(static_cast<Side>(id.value));
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
  if (opened.side == Side::kFederation) listen_to_all_requests();
  if (stage_ == Stage::kRunning) subscribe_both();
}

void Relay::subscribe_both() {
  if (!is_open(Side::kFederation) || !is_open(Side::kCollective)) return;
  for (SideLink& one : links_) {
    one.hop = hop_text(direction_from(one.side), settings_.identity, one.counts.server,
                       link(other(one.side)).counts.server);
    loop_.send(id_of(one.side), one.subscribe);
    one.subscribed = true;
    one.serving = false;
    loop_.fence(id_of(one.side));
  }
}

void Relay::unsubscribe(Side side) {
  SideLink& one = link(side);
  if (!one.subscribed) return;
  one.subscribed = one.serving = false;
  if (!is_open(side)) return;
  loop_.send(id_of(side), one.unsubscribe);
  loop_.resume(id_of(side));
}

void Relay::on_closed(fleet::LinkId id, const fleet::LinkFailure& failure) {
  SideLink& closed = link(static_cast<Side>(id.value));
  // Before that there are no messages.
  if (failure.phase == fleet::LinkPhase::kOpen) closed.counts.lost_bytes += failure.unsent_bytes;
  give_up(closed, loop_.server(id).url, failure.text());
}

void Relay::give_up(SideLink& closed, std::string_view where, std::string_view reason) {
  closed.subscribed = closed.serving = false;
  others_.end();
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

void Relay::on_complaint(fleet::LinkId id, std::string_view text) {
  SideLink& one = link(static_cast<Side>(id.value));
  ++one.counts.complaints;
  if (one.lacks_permission(text)) {
    if (is_of_copies(one.side, text)) return hear_no_copies();
    one.counts.lost_bytes += loop_.pending_bytes(id);
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

void Relay::on_fence(fleet::LinkId id) {
  SideLink& one = link(static_cast<Side>(id.value));
  if (stage_ == Stage::kDraining) goodbye_.fence_passed(one.side);
  if (stage_ != Stage::kRunning || !one.subscribed) return;
  if (one.serving) {
    if (one.side == Side::kFederation) others_.proof_came(loop_.now().ms());
    return;
  }
  one.serving = true;
  one.attempts = 0;
  if (one.side == Side::kFederation) hear_copies();
  if (!is_serving()) return;
  others_.begin(loop_.now().ms());
  tell_what_is_forbidden();
  log_.info(absl::StrCat("federation ", settings_.cluster, ": passing on requests and replies"));
  tell_that_it_serves();
}

bool Relay::is_serving() const {
  return link(Side::kFederation).serving && link(Side::kCollective).serving;
}

void Relay::tell_when_serving(absl::AnyInvocable<void()> done) {
  loop_.post([this, done = std::move(done)]() mutable {
    when_serving_ = std::move(done);
    tell_that_it_serves();
  });
}

void Relay::tell_that_it_serves() {
  if (!is_serving() || when_serving_ == nullptr) return;
  std::exchange(when_serving_, nullptr)();
}

}  // namespace antiphon::federation
