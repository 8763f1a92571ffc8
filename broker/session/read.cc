#include "broker/session/read.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>

#include "broker/buffer/buffer_limits.h"
#include "broker/session/account_limits.h"
#include "broker/session/callout.h"
#include "broker/session/change_pace.h"
#include "broker/session/close.h"
#include "broker/session/connect.h"
#include "broker/session/flush.h"
#include "broker/session/ping.h"
#include "broker/session/publish.h"
#include "broker/session/publish_each.h"
#include "broker/session/session_log.h"
#include "broker/session/strangers.h"
#include "broker/session/subscribe.h"
#include "protocol/nats/client_parser.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

// ---- One frame ---------------------------------------------------------------------------------

void client_error(Shard& shard, Session& session, const ClientFrame& frame) {
  log_error(shard, session, absl::StrCat("Client Error ", std::string(frame.argument)));
  close_session(shard, session, CloseReason::kParseError);
}

void take_frame(Shard& shard, Session& session, const ClientFrame& frame) {
  trace_frame(shard, session, frame);
  switch (frame.verb) {
    case Verb::kPub:
    case Verb::kHpub:
      if (frame.subject.starts_with('$') && takes_callout_answer(shard, session, frame)) break;
      publish(shard, session, frame);
      break;
    case Verb::kMpub: publish_each(shard, session, frame); break;
    case Verb::kSub: subscribe(shard, session, frame); break;
    case Verb::kUnsub: unsubscribe(shard, session, frame); break;
    case Verb::kPing: take_ping(shard, session); break;
    case Verb::kPong: take_pong(shard, session); break;
    case Verb::kConnect: connect(shard, session, frame); break;
    case Verb::kErr: client_error(shard, session, frame); break;
    case Verb::kInfo:
    case Verb::kOk: break;  // of no consequence from a client
  }
}

void refuse_bytes(Shard& shard, Session& session, ParseError error) {
  switch (error) {
    case ParseError::kUnknownOperation:
      log_error(shard, session, "Unknown Protocol Operation");
      close_with_error(shard, session, error_text::kUnknownOperation,
                       CloseReason::kProtocolViolation);
      break;
    case ParseError::kControlLine:
      log_error(shard, session, error_text::kMaximumControlLine);
      close_with_error(shard, session, error_text::kMaximumControlLine,
                       CloseReason::kMaximumControlLine);
      break;
    case ParseError::kPayload:
      log_error(shard, session, error_text::kMaximumPayload);
      close_with_error(shard, session, error_text::kMaximumPayload, CloseReason::kMaximumPayload);
      break;
    case ParseError::kHeadersUnsupported:
      log_error(shard, session, "message headers not supported");
      close_session(shard, session, CloseReason::kHeadersUnsupported);
      break;
    case ParseError::kArguments:
      log_error(shard, session, "malformed protocol line");
      close_session(shard, session, CloseReason::kProtocolViolation);
      break;
    case ParseError::kNone: break;
  }
}

// What a frame counts of TurnLimits::kFramesPerRead.
size_t weight_of(const ClientFrame& frame) {
  return frame.verb == Verb::kMpub ? frame.targets : 1;
}

// Whether the turn has had its changes of subscriptions, so that the frame is one for a later turn.
bool must_wait(Shard& shard, Session& session, const ClientFrame& frame) {
  switch (frame.verb) {
    case Verb::kSub:
    case Verb::kUnsub: return !take_change(shard);
    case Verb::kConnect:
      // What it wanted before goes first.
      while (session.connect_received && !session.subscriptions.empty() && take_change(shard)) {
        drop_some_subscriptions(shard, session, 1);
      }
      return session.is_closing() || (session.connect_received && !session.subscriptions.empty());
    default: return false;
  }
}

// ---- Many frames -------------------------------------------------------------------------------

bool begins_connect(char first) { return first == 'C' || first == 'c'; }

ClientParserLimits parser_limits(const Shard& shard, const Session& session) {
  return {shard.settings->control_line_bytes_max, payload_bytes_max(shard, session),
          session.headers, session.in_process || shard.settings->info.multi_publish};
}

// Takes frames from [begin, end) until they end or the session must wait. Returns where it stopped.
const char* take_frames(Shard& shard, Session& session, const char* begin, const char* end) {
  ClientParserLimits limits = parser_limits(shard, session);
  ClientFrame frame;
  session.bytes_needed = 0;
  size_t budget = TurnLimits::kFramesPerRead;
  while (begin < end && session.pauses == 0 && !session.is_closing()) {
    if (budget == 0) {
      session.readable = true;
      break;
    }
    if (!session.connect_received && !begins_connect(*begin)) {
      if (!admit_without_connect(shard, session)) break;
      limits = parser_limits(shard, session);
    }
    const ParseResult result = parse_client_frame(begin, end, limits, frame);
    if (result.status == ParseStatus::kIncomplete) {
      session.bytes_needed = result.bytes_needed;
      break;
    }
    if (result.status == ParseStatus::kError) {
      refuse_bytes(shard, session, result.error);
      break;
    }
    if (must_wait(shard, session, frame)) {
      wait_to_change(shard, session);
      break;
    }
    begin += result.bytes_consumed;
    budget -= std::min(budget, weight_of(frame));
    take_frame(shard, session, frame);
    if (frame.verb == Verb::kConnect) limits = parser_limits(shard, session);
  }
  return begin;
}

// ---- One read ----------------------------------------------------------------------------------

// Whether the unfinished frame is so large that it is worth being read into its own place.
bool is_large(const Session& session) { return session.bytes_needed > kReadBytesMax; }

// Puts what was kept of the last read in front, so that frames are whole.
size_t take_tail_into_scratch(Shard& shard, Session& session) {
  const size_t kept = session.tail.bytes();
  if (kept != 0) {
    if (shard.scratch.size() < kept + kReadBytesMax) shard.scratch.resize(kept + kReadBytesMax);
    std::memcpy(shard.scratch.data(), session.tail.begin(), kept);
  }
  return kept;
}

// Room for `total` bytes of a large frame, most often where the one before it was.
void reserve_large(Shard& shard, Session& session, size_t total) {
  if (total <= session.tail.capacity()) return;
  SparePieces& spare = shard.pool.spare();
  spare.give_back(session.tail.move_to(spare.take(total)));
}

void take_from_scratch(Shard& shard, Session& session, size_t bytes) {
  const char* begin = shard.scratch.data();
  const char* end = begin + bytes;
  const char* stopped = take_frames(shard, session, begin, end);
  session.tail.clear();
  if (stopped < end && !session.is_closing()) {
    const auto left = static_cast<size_t>(end - stopped);
    if (is_large(session)) reserve_large(shard, session, left);
    session.tail.append({stopped, left});
  }
}

void note_received(Shard& shard, Session& session, const IoResult& result) {
  session.readable = !result.drained || session.hung_up;
  session.last_activity_ns = shard.wall_ns;
  session.last_received_ms = shard.now.ms();
}

void reading_ended(Shard& shard, Session& session, IoStatus status) {
  session.readable = false;
  if (status == IoStatus::kWouldBlock) {
    if (session.hung_up) {
      close_session(shard, session, CloseReason::kClientClosed);
    }
    return;
  }
  close_session(shard, session,
                status == IoStatus::kEnd ? CloseReason::kClientClosed : CloseReason::kReadError);
}

void read_large(Shard& shard, Session& session) {
  reserve_large(shard, session, session.bytes_needed);
  const size_t asked = session.bytes_needed - session.tail.bytes();
  const IoResult result = session.transport.read(session.tail.end(), asked);
  if (result.status != IoStatus::kDone) return reading_ended(shard, session, result.status);
  note_received(shard, session, result);
  session.tail.added(result.bytes);
  if (session.tail.bytes() < session.bytes_needed) return;
  // The frame is whole, and nothing stands behind it.
  InboundTail frame;
  std::swap(frame, session.tail);
  const char* stopped = take_frames(shard, session, frame.begin(), frame.end());
  if (stopped < frame.end() && !session.is_closing()) {
    session.tail.append({stopped, static_cast<size_t>(frame.end() - stopped)});
  }
  shard.pool.spare().give_back(frame.take_memory());
}

void read_small(Shard& shard, Session& session) {
  const size_t kept = take_tail_into_scratch(shard, session);
  // Frames that were kept because the session was paused come first.
  if (kept != 0 && session.bytes_needed == 0) {
    take_from_scratch(shard, session, kept);
    if (session.bytes_needed == 0 || session.is_closing()) return;
    return read_small(shard, session);
  }
  const IoResult result =
      session.transport.read(shard.scratch.data() + kept, read_bytes_max(shard, session));
  if (result.status != IoStatus::kDone) return reading_ended(shard, session, result.status);
  note_received(shard, session, result);
  if (kept + result.bytes < session.bytes_needed) {
    session.tail.append({shard.scratch.data() + kept, result.bytes});
    return;
  }
  take_from_scratch(shard, session, kept + result.bytes);
}

void read_once(Shard& shard, Session& session) {
  if (session.pauses != 0 || !session.can_receive()) return;
  if (is_large(session)) {
    read_large(shard, session);
  } else {
    read_small(shard, session);
  }
  count_unfinished(shard, session);
  const bool more = session.readable || (!session.tail.empty() && session.bytes_needed == 0);
  if (!more || session.pauses != 0 || session.is_closing() || session.waiting_to_read) return;
  session.waiting_to_read = true;
  shard.more_to_read.push_back(session.id);
}

// A client that waits for a service and has nothing more to say need not be waited for. What it has
// said is kept: it may have closed only its own direction.
void look_for_the_end(Shard& shard, Session& session) {
  const IoResult result = session.transport.read(shard.scratch.data(), kReadBytesMax);
  if (result.status != IoStatus::kDone) return reading_ended(shard, session, result.status);
  note_received(shard, session, result);
  session.tail.append({shard.scratch.data(), result.bytes});
}

}  // namespace

void on_readable(Shard& shard, Session& session, bool hung_up) {
  session.readable = true;
  if (hung_up) session.hung_up = true;
  if (hung_up && session.callout_pending && session.tail.empty()) {
    return look_for_the_end(shard, session);
  }
  if (!session.waiting_to_read) read_once(shard, session);
}

void on_writable(Shard& shard, Session& session) {
  if (!session.write_blocked) return;
  session.write_blocked = false;
  session.write_deadline_ms = 0;
  flush_session(shard, session, kGatherResumed);
}

void resume_reading(Shard& shard, Session& session) {
  --session.pauses;
  if (session.pauses != 0 || session.is_closing() || session.waiting_to_read) return;
  session.waiting_to_read = true;
  shard.more_to_read.push_back(session.id);
}

void read_on(Shard& shard, Session& session) {
  --session.pauses;
  if (!session.waiting_to_read) read_once(shard, session);
}

void read_more(Shard& shard) {
  // Who still has more to read stands behind these and waits for the next turn.
  std::vector<SessionId>& waiting = shard.more_to_read;
  const size_t count = waiting.size();
  for (size_t i = 0; i < count; ++i) {
    Session* session = shard.sessions.find(waiting[i]);
    if (session == nullptr) continue;
    session->waiting_to_read = false;
    if (session->can_receive()) read_once(shard, *session);
  }
  waiting.erase(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace antiphon
