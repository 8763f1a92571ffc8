#include "fleet/wire/client_loop.h"

#include <absl/strings/str_cat.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "broker/buffer/buffer_limits.h"
#include "broker/net/tls_context.h"
#include "fleet/wire/connect_line.h"
#include "fleet/wire/dial.h"
#include "fleet/wire/tls_handshake.h"
#include "protocol/bytes/check.h"
#include "protocol/bytes/decimal.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/server_parser.h"

namespace antiphon::fleet {
namespace {

constexpr uint64_t kWakeupKey = UINT64_MAX;
constexpr std::string_view kPing = "PING\r\n";
constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kPub = "PUB ";
constexpr size_t kSharedSubjectsMin = 8;  // for fewer, copying is cheaper than ranges

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

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

void set_cork(int descriptor, bool on) {
  const int value = on ? 1 : 0;
  // If it fails, segments are smaller and nothing else.
  (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

}  // namespace

ClientLoop::ClientLoop(const ClientSettings& settings, ClientEvents& events, size_t links)
    : settings_(settings),
      events_(events),
      now_(steady_now()),
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

// ---- Dial, TLS, login --------------------------------------------------------------------------

void ClientLoop::dial(LinkId id, size_t server, std::optional<uint32_t> source_ipv4) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kClosed && server < settings_.servers.size());
  link.server = static_cast<uint16_t>(server);
  link.state = LinkState::kDialing;
  ++link.generation;
  InProcessBroker* const inside = settings_.servers[server].in_process;
  if (inside != nullptr) return connect_in_process(link, *inside);
  DialStart start = start_dial(settings_.servers[server], source_ipv4);
  if (start.error != 0) return fail(link, std::strerror(start.error));
  link.transport = Transport(start.descriptor.release());
  if (!poller_.add(link.transport.descriptor(), key_of(link))) {
    return fail(link, std::strerror(errno));
  }
  set_deadline(link, settings_.timeout_ms);
}

void ClientLoop::set_server(size_t index, ServerEndpoint server) {
  AP_CHECK(index < settings_.servers.size());
  settings_.servers[index] = std::move(server);
}

void ClientLoop::connect_in_process(ClientLink& link, InProcessBroker& broker) {
  link.transport = broker.connect_in_process();
  if (!link.transport.is_open()) return fail(link, reason::kNotTaken);
  link.in_process = true;
  link.state = LinkState::kAwaitingInfo;
  if (!poller_.add(link.transport.descriptor(), key_of(link))) {
    return fail(link, std::strerror(errno));
  }
  set_deadline(link, settings_.timeout_ms);
}

void ClientLoop::finish_dial(ClientLink& link) {
  const int error = dial_error(link.transport.descriptor());
  if (error != 0) return fail(link, std::strerror(error));
  set_deadline(link, settings_.timeout_ms);
  if (settings_.handshake_first) return begin_tls(link);
  link.state = LinkState::kAwaitingInfo;
}

void ClientLoop::begin_tls(ClientLink& link) {
  link.state = LinkState::kHandshaking;
  const ServerEndpoint& server = settings_.servers[link.server];
  const TlsContext* tls = server.tls_context ? server.tls_context.get() : settings_.tls.get();
  if (tls == nullptr) return fail(link, "the server demands TLS, which is not set up");
  link.handshake =
      begin_handshake(*tls, link.transport.descriptor(), server, settings_.check_host_name);
  if (link.handshake == nullptr) return fail(link, take_openssl_errors());
  advance_tls(link);
}

void ClientLoop::advance_tls(ClientLink& link) {
  std::string error;
  switch (advance_handshake(link.handshake.get(), error)) {
    case HandshakeStep::kWaiting:
      return;
    case HandshakeStep::kClosed:
      return fail(link, reason::kClosedByServer);
    case HandshakeStep::kFailed:
      return fail(link, error);
    case HandshakeStep::kDone:
      break;
  }
  const int descriptor = link.transport.detach();
  link.transport = Transport(descriptor, std::make_unique<TlsStream>(std::move(link.handshake)));
  if (link.info_seen) return begin_login(link);
  link.state = LinkState::kAwaitingInfo;
}

void ClientLoop::begin_login(ClientLink& link) {
  link.state = LinkState::kLoggingIn;
  line_.clear();
  const auto nonce = nonces_.find(id_of(link).value);
  events_.write_connect(id_of(link), link.is_tls(),
                        nonce != nonces_.end() ? std::string_view(nonce->second) : "", line_);
  if (nonce != nonces_.end()) nonces_.erase(nonce);
  append(link, line_);
  ping(link);
}

// ---- Sending -----------------------------------------------------------------------------------

void ClientLoop::mark_dirty(ClientLink& link) {
  if (link.dirty) return;
  link.dirty = true;
  dirty_.push_back({id_of(link), link.generation});
}

void ClientLoop::append(ClientLink& link, std::string_view bytes) {
  link.out.append(pool_, bytes);
  mark_dirty(link);
}

void ClientLoop::send(LinkId id, std::string_view lines) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  append(link, lines);
}

void ClientLoop::publish(LinkId id, std::string_view subject, std::string_view payload) {
  char line[kDecimalBytesMax + kCrlf.size()];
  const char* line_end = put(write_decimal(line, payload.size()), kCrlf);
  const auto size_bytes = static_cast<size_t>(line_end - line);
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  char* out = link.out.reserve(
      pool_, kPub.size() + subject.size() + 1 + size_bytes + payload.size() + kCrlf.size());
  out = put(put(out, kPub), subject);
  *out++ = ' ';
  put(put(put(out, {line, size_bytes}), payload), kCrlf);
  mark_dirty(link);
}

// Lines and payload are written once each; the queue holds ranges of both, in turns.
void ClientLoop::append_shared(ClientLink& link, std::span<const std::string_view> subjects,
                               std::string_view payload) {
  char size[kDecimalBytesMax + kCrlf.size()];
  const char* size_end = put(write_decimal(size, payload.size()), kCrlf);
  const std::string_view size_text(size, static_cast<size_t>(size_end - size));
  const size_t payload_bytes = payload.size() + kCrlf.size();
  size_t lines_bytes = subjects.size() * (kPub.size() + 1 + size_text.size());
  for (const std::string_view subject : subjects) lines_bytes += subject.size();
  SharedBlock* lines = pool_.new_block(lines_bytes);
  SharedBlock* block = pool_.new_block(payload_bytes);
  put(put(block->data(), payload), kCrlf);
  char* out = lines->data();
  for (const std::string_view subject : subjects) {
    const auto begin = static_cast<uint32_t>(out - lines->data());
    out = put(put(out, kPub), subject);
    *out++ = ' ';
    out = put(out, size_text);
    link.out.append_range(pool_, lines, begin, static_cast<uint32_t>(out - lines->data()));
    link.out.append_range(pool_, block, 0, static_cast<uint32_t>(payload_bytes));
  }
  pool_.release(lines);
  pool_.release(block);
}

void ClientLoop::publish_each(LinkId id, std::span<const std::string_view> subjects,
                              std::string_view payload) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  if (subjects.size() < kSharedSubjectsMin) {
    for (const std::string_view subject : subjects) publish(id, subject, payload);
  } else {
    append_shared(link, subjects, payload);
    mark_dirty(link);
  }
  if (link.out.pending_bytes() >= kFlushBytes) flush(link);
}

uint64_t ClientLoop::max_payload(LinkId id) const {
  const uint64_t said = links_[id.value].max_payload;
  return said == 0 ? kServerPayloadBytesMax : said;
}

void ClientLoop::resume(LinkId id) {
  ClientLink& link = links_[id.value];
  if (!link.paused) return;
  link.paused = false;
  more_to_read_.push_back({id, link.generation});  // its events came while nobody listened
}

void ClientLoop::ping(ClientLink& link) {
  append(link, kPing);
  ++link.pings_sent;
}

void ClientLoop::fence(LinkId id) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  ping(link);
  link.fence = link.pings_sent;
}

// TLS hands over a record at a time; without the cork each of them would be a segment of its own,
// and wake its reader.
void ClientLoop::flush(ClientLink& link) {
  if (!link.is_tls() || link.out.pending_bytes() < kFlushBytes) return write_out(link);
  const int descriptor = link.transport.descriptor();
  set_cork(descriptor, true);
  const uint32_t generation = link.generation;
  write_out(link);
  if (link.generation == generation) set_cork(descriptor, false);
}

void ClientLoop::write_out(ClientLink& link) {
  while (!link.out.empty()) {
    iovec pieces[kGatherMax];
    const size_t count = link.out.gather(pieces, kGatherMax);
    const IoResult result = link.transport.write(pieces, count);
    if (result.status == IoStatus::kWouldBlock) return;  // an event will say when to go on
    if (result.status != IoStatus::kDone) return fail(link, io_failure(link));
    link.out.consume(pool_, result.bytes);
  }
}

void ClientLoop::flush_dirty() {
  // Failures call the owner, who may send on other links meanwhile.
  while (!dirty_.empty()) {
    const Pending pending = dirty_.back();
    dirty_.pop_back();
    ClientLink& link = links_[pending.id.value];
    if (link.generation != pending.generation) continue;
    link.dirty = false;
    flush(link);
  }
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
  link.info_seen = link.dirty = link.hung_up = link.paused = link.in_process = false;
  link.max_payload = 0;
  link.state = LinkState::kClosed;
  ++link.generation;
}

void ClientLoop::close(LinkId id) {
  release(links_[id.value]);
}

// A broken connection's reason, of the call that has just failed.
std::string ClientLoop::io_failure(const ClientLink& link) {
  return link.is_tls() ? take_openssl_errors() : std::strerror(errno);
}

void ClientLoop::fail(ClientLink& link, std::string_view reason) {
  const LinkFailure failure{phase_of(link.state), std::string(reason)};
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
  now_ = steady_now();
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
