#include "broker/session/strangers.h"

#include <algorithm>
#include <vector>

#include "broker/buffer/buffer_limits.h"
#include "broker/session/close.h"
#include "broker/session/session_log.h"
#include "protocol/nats/error_text.h"
#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

bool is_stranger(const Shard& shard, const Session& session) {
  return session.state == SessionState::kOpening && !session.in_process &&
         shard.settings->authenticator->requires_connect();
}

void close_those_with_the_most(Shard& shard) {
  std::vector<Session*> strangers;
  shard.sessions.for_each([&](Session& session) {
    if (session.stranger_bytes != 0) strangers.push_back(&session);
  });
  std::sort(strangers.begin(), strangers.end(), [](const Session* one, const Session* other) {
    return one->stranger_bytes > other->stranger_bytes;
  });
  for (Session* session : strangers) {
    if (shard.stranger_bytes <= shard.settings->stranger_bytes_max / 8 * 7) return;
    log_error(shard, *session, error_text::kTooMuchBeforeLogin);
    close_with_error(shard, *session, error_text::kTooMuchBeforeLogin,
                     CloseReason::kBytesBeforeLogin);
  }
}

}  // namespace

size_t read_bytes_max(const Shard& shard, const Session& session) {
  if (!is_stranger(shard, session)) return kReadBytesMax;
  return std::min<size_t>(kReadBytesMax, shard.settings->control_line_bytes_max + kVerbBytesMax);
}

void count_unfinished(Shard& shard, Session& session) {
  const bool counts = is_stranger(shard, session);
  if (!counts && session.stranger_bytes == 0) return;
  const auto bytes = counts ? static_cast<uint32_t>(session.tail.bytes()) : 0;
  shard.stranger_bytes += bytes;
  shard.stranger_bytes -= session.stranger_bytes;
  session.stranger_bytes = bytes;
  if (shard.stranger_bytes > shard.settings->stranger_bytes_max) close_those_with_the_most(shard);
}

}  // namespace antiphon
