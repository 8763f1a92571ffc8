// The reading half of ClientLoop: from bytes to frames to events.
#include <cerrno>
#include <cstring>

#include "broker/buffer/buffer_limits.h"
#include "broker/net/tls_context.h"
#include "fleet/wire/client_loop.h"
#include "protocol/bytes/check.h"
#include "protocol/nats/server_info_parse.h"
#include "protocol/nats/server_parser.h"

namespace antiphon::fleet {
namespace {

constexpr std::string_view kPong = "PONG\r\n";

// The server closes the connection after every -ERR but these.
constexpr std::string_view kComplaints[] = {"Permissions Violation", "Invalid Subject",
                                            "Invalid Publish Subject",
                                            "maximum subscriptions exceeded"};

bool is_complaint(std::string_view text) {
  for (const std::string_view complaint : kComplaints) {
    if (text.substr(0, complaint.size()) == complaint) return true;
  }
  return false;
}

bool can_read(const ClientLink& link) {
  if (link.paused) return false;
  return link.state == LinkState::kAwaitingInfo || link.state == LinkState::kLoggingIn ||
         link.state == LinkState::kOpen;
}

// A stream that gave less than was asked for has no more for now. A peer that has hung up is read
// until the end, because no further event will announce it.
bool may_have_more(const ClientLink& link, size_t asked, size_t got) {
  return got == asked || link.hung_up;
}

}  // namespace

// ---- Reading -----------------------------------------------------------------------------------

void ClientLoop::read(ClientLink& link) {
  const uint32_t generation = link.generation;
  for (size_t i = 0; i < kReadsPerEvent; ++i) {
    if (!can_read(link) || !read_once(link) || link.generation != generation) return;
  }
  more_to_read_.push_back({id_of(link), generation});
}

void ClientLoop::read_more() {
  std::vector<Pending> waiting;
  waiting.swap(more_to_read_);
  for (const Pending& pending : waiting) {
    ClientLink& link = links_[pending.id.value];
    if (link.generation == pending.generation) read(link);
    flush_dirty();
  }
}

// False when there is nothing more to read for now, or the link has ended.
bool ClientLoop::read_once(ClientLink& link) {
  return link.bytes_needed > kReadBytesMax ? read_large(link) : read_small(link);
}

void ClientLoop::reading_ended(ClientLink& link, IoStatus status) {
  if (status == IoStatus::kWouldBlock) return;
  if (status == IoStatus::kEnd) return fail(link, reason::kClosedByServer);
  fail(link, io_failure(link));
}

// The frame is so large that it is read into its own place.
bool ClientLoop::read_large(ClientLink& link) {
  link.tail.reserve(link.bytes_needed);
  const size_t asked = link.bytes_needed - link.tail.bytes();
  errno = 0;
  const IoResult result = link.transport.read(link.tail.end(), asked);
  if (result.status != IoStatus::kDone) return reading_ended(link, result.status), false;
  link.tail.added(result.bytes);
  const bool more = may_have_more(link, asked, result.bytes);
  if (link.tail.bytes() < link.bytes_needed) return more;
  InboundTail frame;
  std::swap(frame, link.tail);
  const uint32_t generation = link.generation;
  const char* stopped = take_frames(link, frame.begin(), frame.end());
  keep_rest(link, generation, stopped, frame.end());
  return more;
}

bool ClientLoop::read_small(ClientLink& link) {
  const size_t kept = link.tail.bytes();
  AP_CHECK(kept + kReadBytesMax <= scratch_.size());
  if (kept != 0) std::memcpy(scratch_.data(), link.tail.begin(), kept);
  errno = 0;
  const IoResult result = link.transport.read(scratch_.data() + kept, kReadBytesMax);
  if (result.status != IoStatus::kDone) return reading_ended(link, result.status), false;
  const bool more = may_have_more(link, kReadBytesMax, result.bytes);
  const char* end = scratch_.data() + kept + result.bytes;
  const uint32_t generation = link.generation;
  link.tail.clear();
  const char* stopped = take_frames(link, scratch_.data(), end);
  keep_rest(link, generation, stopped, end);
  return more;
}

void ClientLoop::keep_rest(ClientLink& link, uint32_t generation, const char* begin,
                           const char* end) {
  if (link.generation != generation || begin == end) return;
  link.tail.append({begin, static_cast<size_t>(end - begin)});
}

// ---- Frames ------------------------------------------------------------------------------------

// Takes frames until they end or the link does. Returns where it stopped.
const char* ClientLoop::take_frames(ClientLink& link, const char* begin, const char* end) {
  const uint32_t generation = link.generation;
  link.bytes_needed = 0;
  ServerFrame frame;
  while (begin < end) {
    const ParseResult result = parse_server_frame(begin, end, {}, frame);
    if (result.status == ParseStatus::kError) {
      fail(link, reason::kMalformedFrame);
      return end;
    }
    if (result.status == ParseStatus::kIncomplete) {
      link.bytes_needed = static_cast<uint32_t>(result.bytes_needed);
      return begin;
    }
    begin += result.bytes_consumed;
    take_frame(link, frame, begin < end);
    if (link.generation != generation) return end;
  }
  return begin;
}

void ClientLoop::take_frame(ClientLink& link, const ServerFrame& frame, bool more_follows) {
  switch (frame.verb) {
    case ServerVerb::kMsg:
    case ServerVerb::kHmsg:
      if (link.state != LinkState::kOpen) return fail(link, reason::kUnexpectedFrame);
      return events_.on_message(id_of(link), frame);
    case ServerVerb::kInfo:
      return take_info(link, frame, more_follows);
    case ServerVerb::kPing:
      return append(link, kPong);
    case ServerVerb::kPong:
      return take_pong(link);
    case ServerVerb::kErr:
      return take_error(link, frame.argument);
    case ServerVerb::kOk:
      return;
  }
}

void ClientLoop::take_info(ClientLink& link, const ServerFrame& frame, bool more_follows) {
  if (link.state != LinkState::kAwaitingInfo) return;  // news of the cluster
  if (!parse_server_info(frame.argument, info_)) return fail(link, reason::kMalformedInfo);
  link.info_seen = true;
  link.max_payload = info_.max_payload;
  link.multi_publish = info_.multi_publish;
  if (info_.nonce.size() > kNonceBytesMax) return fail(link, reason::kMalformedInfo);
  if (!info_.nonce.empty()) nonces_[id_of(link).value] = info_.nonce;
  if (link.is_tls() || link.in_process) return begin_login(link);
  const bool wanted = settings_.tls_wanted || settings_.servers[link.server].tls;
  if (!wanted && !info_.tls_required) return begin_login(link);
  if (!info_.tls_required && !info_.tls_available) return fail(link, reason::kNoTlsOffered);
  // Somebody on the way could have put in what would then pass as protected.
  if (more_follows) return fail(link, reason::kClearBytes);
  begin_tls(link);
}

void ClientLoop::take_pong(ClientLink& link) {
  if (link.pongs_seen == link.pings_sent) return fail(link, reason::kUnexpectedFrame);
  ++link.pongs_seen;
  if (link.state == LinkState::kLoggingIn) {
    link.state = LinkState::kOpen;
    if (settings_.ping_interval_ms > 0) {
      set_deadline(link, settings_.ping_interval_ms);
    } else {
      link.deadline_ms = INT64_MAX;
    }
    return events_.on_open(id_of(link));
  }
  if (link.pongs_seen != link.fence) return;
  link.fence = 0;
  events_.on_fence(id_of(link));
}

void ClientLoop::take_error(ClientLink& link, std::string_view text) {
  if (link.state == LinkState::kOpen && is_complaint(text)) {
    return events_.on_complaint(id_of(link), text);
  }
  fail(link, text.empty() ? "-ERR" : text);
}

}  // namespace antiphon::fleet
