#include "broker/session/pending_output.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/session/close.h"
#include "broker/session/session_log.h"

namespace antiphon {
namespace {

struct Debtor {
  double weight;
  SessionId id;
  bool operator<(const Debtor& other) const { return weight < other.weight; }
};

// Since it last took anything.
int64_t blocked_ms(const Shard& shard, const Session& session) {
  if (session.write_deadline_ms == 0) return 0;
  const int64_t since_ms = session.write_deadline_ms - shard.settings->write_deadline_ms;
  return std::max<int64_t>(shard.now.ms() - since_ms, 0);
}

std::vector<Debtor> debtors(const Shard& shard) {
  std::vector<Debtor> found;
  shard.sessions.for_each([&](const Session& session) {
    if (!session.write_blocked || !session.can_receive() || session.out.empty()) return;
    const auto held = static_cast<double>(session.out.held_bytes());
    found.push_back({held * static_cast<double>(blocked_ms(shard, session) + 1), session.id});
  });
  return found;
}

void close_debtor(Shard& shard, Session& session) {
  log_notice(shard, session,
             absl::StrCat("Slow Consumer Detected: the budget for all pending output (",
                          shard.services.pending_budget->max(), " bytes) is used up; ",
                          session.out.pending_bytes(), " bytes waited for this client, which took "
                          "nothing for ", blocked_ms(shard, session), "ms"));
  ++shard.counters.slow_consumers;
  close_session(shard, session, CloseReason::kSlowConsumerPendingBudget);
  session.out.clear(shard.pool);
}

void give_back(Shard& shard, uint64_t bytes) {
  shard.pending.giving_back = true;
  const uint64_t held = shard.pool.bytes_in_use();
  const uint64_t goal = held - std::min(held, bytes);
  std::vector<Debtor> heap = debtors(shard);
  std::make_heap(heap.begin(), heap.end());
  while (!heap.empty() && shard.pool.bytes_in_use() > goal) {
    std::pop_heap(heap.begin(), heap.end());
    Session* session = shard.sessions.find(heap.back().id);
    heap.pop_back();
    if (session != nullptr && session->can_receive()) close_debtor(shard, *session);
  }
  shard.pending.giving_back = false;
}

void say(Shard& shard) {
  const uint64_t now = shard.pool.bytes_in_use();
  const uint64_t said = shard.pending.said_bytes;
  const uint64_t change = now > said ? now - said : said - now;
  PendingBudget& budget = *shard.services.pending_budget;
  if (change < budget.step_bytes() && !(now == 0 && said != 0)) return;
  budget.changed(said, now);
  shard.pending.said_bytes = now;
  shard.pending.look_at_bytes = now + budget.step_bytes();
}

uint64_t part_of(uint64_t bytes, uint32_t part) {
  return static_cast<uint64_t>(static_cast<double>(bytes) * part / PendingBudget::kWhole);
}

}  // namespace

bool owes_pending_output(const Shard& shard) {
  const PendingBudget* budget = shard.services.pending_budget;
  return budget != nullptr && budget->round().number != shard.pending.last_round;
}

void account_pending_output(Shard& shard) {
  PendingBudget* budget = shard.services.pending_budget;
  // Closing a reader may queue output for others; that is counted when this is over.
  if (budget == nullptr || shard.pending.giving_back) return;
  say(shard);
  if (budget->begin_round_if_exceeded()) {
    for (uint16_t other = 0; other < shard.port.shard_count(); ++other) {
      if (other != shard.id.value) shard.services.mesh->wake(ShardId{other});
    }
  }
  const PendingBudget::Round round = budget->round();
  const bool takes_part = round.number != shard.pending.last_round;
  if (!takes_part && !budget->is_far_exceeded()) return;
  give_back(shard, part_of(shard.pool.bytes_in_use(), round.part));
  say(shard);
  if (!takes_part) return;
  shard.pending.last_round = round.number;
  budget->leave_round();
}

}  // namespace antiphon
