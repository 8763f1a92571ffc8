// Wide fan-out: messages for the same many readers are collected and encoded once.
//
// MODEL: a batch is open for one set of subjects' readers at a time. Publishing to them again adds
// to the batch and touches no reader. Anything else that would reach a reader first closes the
// batch (commit), so the order that every reader sees is the order of publishing. On commit, readers
// that need the same bytes share one block, and each gets a range of it, most often straight
// into its socket.
// WHY: touching ten thousand readers for each message costs a cache miss each; touching them once for
// each 64 KB of messages does not (docs/performance.md).
#pragma once

#include "broker/buffer/message_batch.h"
#include "broker/routing/match_cache.h"

namespace antiphon {

struct Shard;
struct Session;

struct Fanout {
  // From this many plain readers on, collecting is cheaper than delivering one by one.
  static constexpr size_t kReadersMin = 8;

  MessageBatch batch;
  MatchResult entries;          // whose readers the batch is for
  Session* excluded = nullptr;  // a publisher that does not want its own messages
  bool committing = false;      // readers are being served; a reader closed meanwhile waits its turn

  bool is_open() const { return !batch.empty(); }
};

// Adds a message for all plain readers of `entries`, except `excluded` (may be null).
void fanout_add(Shard& shard, const MatchResult& entries, Session* excluded,
                const Message& message);

enum class CommitTime { kMidTurn, kEndOfTurn };
// Hands the collected messages to their readers and closes the batch. At the end of a turn they
// are written at once; before, small ones wait for the turn's flush. No-op when none is open.
void fanout_commit(Shard& shard, CommitTime time);

}  // namespace antiphon
