#include "fleet/wire/client_loop.h"

#include <openssl/err.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "broker/net/tls_context.h"
#include "protocol/bytes/check.h"

namespace antiphon::fleet {
namespace {

constexpr uint64_t kWakeupKey = UINT64_MAX;

LinkPhase phase_of(LinkState state) {
  switch (state) {
    case LinkState::kAwaitingInfo:
      return LinkPhase::kInfo;
    case LinkState::kHandshaking:
      return LinkPhase::kTls;
    case LinkState::kLoggingIn:
      return LinkPhase::kLogin;
    case LinkState::kOpen:
      return LinkPhase::kOpen;
    default:
      return LinkPhase::kDial;
  }
}

}  // namespace

ClientLoop::ClientLoop(const ClientSettings& settings, ClientEvents& events, size_t links)
    : settings_(settings),
      events_(events),
      now_(settings_.clock.steady()),
      scratch_(2 * kReadBytesMax),
      links_(links) {
  AP_CHECK(!settings_.servers.empty());
  AP_CHECK(poller_.add_listener(wakeup_.descriptor(), kWakeupKey));
}

ClientLoop::~ClientLoop() {
  for (ClientLink& link : links_) release(link);
}

// ---- Keys --------------------------------------------------------------------------------------

uint64_t ClientLoop::key_of(const ClientLink& link) const {
  return static_cast<uint64_t>(link.generation) << 32 | id_of(link).value;
}

ClientLink* ClientLoop::find(uint64_t key) {
  ClientLink& link = links_[static_cast<uint32_t>(key)];
  return link.generation == static_cast<uint32_t>(key >> 32) ? &link : nullptr;
}

// ---- The end of a connection -------------------------------------------------------------------

void ClientLoop::release(ClientLink& link) {
  nonces_.erase(id_of(link).value);
  link.handshake = nullptr;
  // Its poller would know it as long as the other end is open.
  if (link.in_process) poller_.remove(link.transport.descriptor());
  link.transport.close();
  link.tail.clear();
  link.out.clear(pool_);
  link.bytes_needed = link.pings_sent = link.pongs_seen = link.fence = 0;
  link.info_seen = link.dirty = link.hung_up = link.paused = link.in_process =
      link.multi_publish = false;
  link.max_payload = 0;
  link.state = LinkState::kClosed;
  ++link.generation;
}

void ClientLoop::close(LinkId id) {
  release(links_[id.value]);
}

// A broken connection's reason, of the call that has just failed. Of a socket that breaks under TLS
// OpenSSL says nothing, and the system only to the first call that meets it.
std::string ClientLoop::io_failure(const ClientLink& link) {
  if (link.is_tls() && ::ERR_peek_error() != 0) return take_openssl_errors();
  const int error = errno;
  return error == 0 || error == EAGAIN ? std::string(reason::kBroken) : std::strerror(error);
}

void ClientLoop::fail(ClientLink& link, std::string_view reason) {
  const LinkFailure failure{phase_of(link.state), std::string(reason), link.out.pending_bytes()};
  release(link);
  events_.on_closed(id_of(link), failure);
}

// ---- Timers ------------------------------------------------------------------------------------

void ClientLoop::set_deadline(ClientLink& link, int64_t delay_ms) {
  link.deadline_ms = now_.ms() + delay_ms;
  timers_.add(link.deadline_ms, key_of(link));
}

void ClientLoop::take_deadline(ClientLink& link) {
  if (link.deadline_ms > now_.ms()) return;  // it was moved; its own timer will come
  if (link.state != LinkState::kOpen) return fail(link, reason::kTimedOut);
  if (link.pings_sent - link.pongs_seen >= kPingsUnansweredMax) return fail(link, reason::kStale);
  ping(link);
  set_deadline(link, settings_.ping_interval_ms);
}

void ClientLoop::run_timers() {
  while (const auto key = timers_.pop_due(now_.ms())) {
    if (ClientLink* link = find(*key)) take_deadline(*link);
  }
}

// ---- The turn ----------------------------------------------------------------------------------

void ClientLoop::handle(const Readiness& event) {
  if (event.key == kWakeupKey) return wakeup_.drain();
  ClientLink* link = find(event.key);
  if (link == nullptr) return;
  if (event.hung_up) link->hung_up = true;
  if (link->state == LinkState::kDialing && event.writable) finish_dial(*link);
  if (find(event.key) == nullptr) return;
  if (link->state == LinkState::kHandshaking) advance_tls(*link);
  if (find(event.key) == nullptr) return;
  // A finished handshake may have taken more bytes from the socket than its own: read in any case.
  if (link->state != LinkState::kDialing && link->state != LinkState::kHandshaking) read(*link);
  if (find(event.key) != nullptr && event.writable) flush(*link);
}

int ClientLoop::wait_time(int64_t wait_ms_max) const {
  if (!inbox_.empty() || !more_to_read_.empty()) return 0;
  if (!handshakes_.empty() || !beginnings_.empty()) return 0;
  const std::optional<int64_t> due = timers_.next_due_ms();
  const int64_t wait_ms = due ? std::min(wait_ms_max, *due - now_.ms()) : wait_ms_max;
  return static_cast<int>(std::clamp<int64_t>(wait_ms, 0, INT32_MAX));
}

void ClientLoop::take(const Readiness& event) {
  handle(event);
  flush_dirty();  // while what was written is in the caches
}

// Public-key arithmetic takes a thousand times as long as anything else. Nodes of their own would do
// it all at once; here what is nearly done goes first, so that a crowd of new connections does not
// make those late that have cost the server its part already.
void ClientLoop::sort_in(const Readiness& event) {
  const ClientLink* link = event.key == kWakeupKey ? nullptr : find(event.key);
  if (link == nullptr) return take(event);
  switch (link->state) {
    case LinkState::kHandshaking:
      return handshakes_.push_back(event);
    case LinkState::kDialing:
    case LinkState::kAwaitingInfo:
      return beginnings_.push_back(event);
    default:
      return take(event);
  }
}

// Links that are gone leave their events behind.
void ClientLoop::forget_stale_beginnings() {
  beginnings_.erase(
      std::remove_if(beginnings_.begin(), beginnings_.end(),
                     [this](const Readiness& event) { return find(event.key) == nullptr; }),
      beginnings_.end());
}

void ClientLoop::take_slow_events() {
  if (beginnings_.size() > kEventsPerLinkMax * links_.size()) forget_stale_beginnings();
  for (size_t i = 0; i < kHandshakesPerTurn && !handshakes_.empty(); ++i) {
    const Readiness event = handshakes_.front();
    handshakes_.pop_front();
    take(event);
  }
  if (!handshakes_.empty()) return;
  for (size_t i = 0; i < kBeginningsPerTurn && !beginnings_.empty(); ++i) {
    // The newest: it has its whole time before it.
    const Readiness event = beginnings_.back();
    beginnings_.pop_back();
    take(event);
  }
}

void ClientLoop::turn(int64_t wait_ms_max) {
  flush_dirty();
  wakeup_.will_sleep();
  const auto events = poller_.wait(wait_time(wait_ms_max));
  wakeup_.awake();
  now_ = settings_.clock.steady();
  for (const Readiness& event : events) sort_in(event);
  take_slow_events();
  read_more();
  run_timers();
  inbox_.run_all();
  flush_dirty();
}

void ClientLoop::post(Task task) {
  inbox_.push(std::move(task));
  wakeup_.wake();
}

}  // namespace antiphon::fleet
