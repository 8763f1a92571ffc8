#include "broker/session/flush.h"

#include <absl/strings/str_cat.h>

#include "broker/buffer/buffer_limits.h"
#include "broker/session/blocked_output.h"
#include "broker/session/close.h"
#include "broker/session/liveness.h"
#include "broker/session/pending_output.h"
#include "broker/session/session_log.h"

namespace antiphon {

void queue_text(Shard& shard, Session& session, std::string_view text) {
  if (session.is_closing()) return;
  fanout_commit(shard, CommitTime::kMidTurn);
  session.out.append(shard.pool, text);
  after_queueing(shard, session);
}

void queue_error(Shard& shard, Session& session, std::string_view text) {
  trace_out(shard, session, "-ERR", text);
  std::string line = "-ERR '";
  line.append(text).append("'\r\n");
  queue_text(shard, session, line);
}

void after_queueing(Shard& shard, Session& session) {
  if (session.out.pending_bytes() > shard.settings->pending_bytes_max) {
    log_notice(shard, session,
               absl::StrCat("Slow Consumer Detected: MaxPending of ",
                            shard.settings->pending_bytes_max, " Exceeded"));
    ++shard.counters.slow_consumers;
    close_session(shard, session, CloseReason::kSlowConsumerPendingBytes);
    return;
  }
  if (shard.pool.bytes_in_use() >= shard.pending.look_at_bytes) [[unlikely]] {
    account_pending_output(shard);
    if (session.is_closing()) return;
  }
  if (!session.dirty) {
    session.dirty = true;
    shard.dirty.push_back(&session);
  }
  if (session.out.pending_bytes() >= kFlushBytes && !session.write_blocked) {
    flush_session(shard, session);
  }
}

void flush_session(Shard& shard, Session& session, size_t pieces_first) {
  iovec pieces[kGatherMax];
  size_t pieces_max = pieces_first;
  while (!session.out.empty() && !session.write_blocked && session.transport.is_open()) {
    const size_t count = session.out.gather(pieces, pieces_max);
    pieces_max = kGatherMax;
    const IoResult result = session.transport.write(pieces, count);
    if (result.status == IoStatus::kFailed) {
      session.out.clear(shard.pool);
      close_session(shard, session, CloseReason::kWriteError);
      return;
    }
    size_t offered = 0;
    for (size_t i = 0; i < count; ++i) offered += pieces[i].iov_len;
    session.out.consume(shard.pool, result.bytes);
    if (result.bytes < offered) block_output(shard, session);
  }
  if (session.write_blocked && session.write_deadline_ms == 0) {
    session.write_deadline_ms = shard.now.ms() + shard.settings->write_deadline_ms;
    schedule(shard, session, session.write_deadline_ms);
  }
}

void flush_all(Shard& shard) {
  // A flush may close sessions, but it never adds to the list.
  for (Session* session : shard.dirty) {
    session->dirty = false;
    if (session->can_receive()) flush_session(shard, *session);
  }
  shard.dirty.clear();
}

}  // namespace antiphon
