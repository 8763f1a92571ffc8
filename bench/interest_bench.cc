// What it costs that shards learn of each other's subscriptions, and how long anybody waits for it.
//
// MODEL: two shards, both played by this thread: shard 1 changes what it wants, shard 0 makes the
// snapshot, both adopt and acknowledge it. A step is all that can stand between two publishes of
// the coordinating shard: at most TurnLimits::kMeshMessages changes, and one snapshot.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/fleet_subjects.h"
#include "bench/pause_meter.h"
#include "broker/routing/interest_book.h"
#include "broker/session/shard.h"
#include "protocol/bytes/check.h"

namespace antiphon::bench {
namespace {

constexpr ShardId kSubscriber{1};
constexpr uint64_t kMillion = 1'000'000;
constexpr size_t kChurned = 4096;

class TwoShards {
 public:
  // Shard 1 wants the subject of each node.
  explicit TwoShards(uint64_t nodes, PauseMeter* pause = nullptr) {
    for (uint64_t i = 0; i < nodes; i += TurnLimits::kMeshMessages) {
      std::vector<InterestDelta> deltas;
      for (uint64_t j = i; j < std::min(nodes, i + TurnLimits::kMeshMessages); ++j) {
        deltas.push_back(wanted(node_subject(j), 1));
      }
      if (pause != nullptr) pause->begin();
      step(deltas);
      if (pause != nullptr) pause->end();
    }
    AP_CHECK(book_.entry_count() == nodes);
  }

  // Shard 1 wants `subject` (1) or no more (0).
  InterestDelta wanted(std::string subject, uint32_t members) {
    return {kSubscriber, kGlobalAccount, std::move(subject), {}, members, ++announced_};
  }

  // What the coordinating shard does in a turn with these changes, and the other one after it.
  void step(const std::vector<InterestDelta>& deltas) {
    for (const InterestDelta& delta : deltas) book_.apply(delta);
    offer();
    acknowledge_offered();
  }
  // Only the coordinating shard has come to its turn.
  void offer() {
    offered_ = book_.publish();
    coordinator_.adopt(offered_);
    book_.acknowledge(kCoordinator, offered_.version);
  }
  void acknowledge_offered() {
    subscriber_.adopt(offered_);
    const auto visible = book_.acknowledge(kSubscriber, offered_.version);
    AP_CHECK(!visible.empty() && visible.back().sequence == announced_);
    book_.free_some(TurnLimits::kFreedInterest);
  }
  void free_rest() { book_.free_some(SIZE_MAX); }

  void apply(const InterestDelta& delta) { book_.apply(delta); }
  bool is_wanted(std::string_view subject) {
    return coordinator_.match(kGlobalAccount, subject).plain == mask_of(kSubscriber);
  }
  size_t waiting_for_reclaim() const { return book_.waiting_for_reclaim(); }

 private:
  InterestBook book_{2};
  InterestReader coordinator_;
  InterestReader subscriber_;
  InterestSnapshot offered_;
  uint64_t announced_ = 0;
};

// Made once and kept, for the library calls each benchmark several times; one at a time.
TwoShards& shards_with(uint64_t nodes) {
  static std::unique_ptr<TwoShards> shards;
  static uint64_t made = 0;
  if (shards == nullptr || made != nodes) {
    shards = nullptr;
    shards = std::make_unique<TwoShards>(nodes);
    made = nodes;
  }
  return *shards;
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->ArgName("subjects");
}

std::vector<std::string> comers(uint64_t nodes) {
  std::vector<std::string> subjects;
  for (uint64_t i = nodes; i < nodes + kChurned; ++i) subjects.push_back(node_subject(i));
  return subjects;
}

// One subject comes and goes, each with a snapshot of its own.
void interest_change(benchmark::State& state) {
  const auto nodes = static_cast<uint64_t>(state.range(0));
  TwoShards& shards = shards_with(nodes);
  const std::vector<std::string> subjects = comers(nodes);
  size_t at = 0;
  for (auto _ : state) {
    shards.step({shards.wanted(subjects[at], 1)});
    AP_CHECK(shards.is_wanted(subjects[at]));
    shards.step({shards.wanted(subjects[at], 0)});
    AP_CHECK(!shards.is_wanted(subjects[at]));
    if (++at == subjects.size()) at = 0;
  }
  AP_CHECK(shards.waiting_for_reclaim() == 0);
  report_per_item(state, "change", 2);
}
BENCHMARK(interest_change)->Apply(sizes);

// The longest time that changes keep the coordinating shard from its next publish: `changes` of
// them in one turn, the snapshot, its adoption, what it replaced freed, and one match for the
// publish that waited.
void interest_pause(benchmark::State& state) {
  const auto nodes = static_cast<uint64_t>(state.range(0));
  const auto changes = static_cast<size_t>(state.range(1));
  TwoShards& shards = shards_with(nodes);
  const std::vector<std::string> subjects = comers(nodes);
  const std::vector<uint64_t> published = some_nodes(nodes, kChurned);
  PauseMeter pause;
  size_t at = 0;
  uint32_t members = 1;
  for (auto _ : state) {
    std::vector<InterestDelta> deltas;
    for (size_t i = 0; i < changes; ++i) {
      deltas.push_back(shards.wanted(subjects[at + i], members));
    }
    const std::string subject = node_subject(published[at]);
    pause.begin();
    shards.step(deltas);
    const bool wanted = shards.is_wanted(subject);
    pause.end();
    AP_CHECK(wanted);
    at += changes;
    if (at + changes <= subjects.size()) continue;
    at = 0;
    members = 1 - members;
  }
  if (members == 0 || at != 0) {  // the kept picture is left as it was found
    for (const std::string& subject : subjects) {
      if (shards.is_wanted(subject)) shards.step({shards.wanted(subject, 0)});
    }
  }
  pause.report(state);
}
BENCHMARK(interest_pause)
    ->ArgNames({"subjects", "changes"})
    ->Args({100'000, 1})
    ->Args({kMillion, 1})
    ->Args({kMillion, TurnLimits::kMeshMessages})
    ->Iterations(4096);

// The same while a million subjects come, 64 in a turn.
void interest_fill_pause(benchmark::State& state) {
  PauseMeter pause;
  for (auto _ : state) {
    TwoShards shards(static_cast<uint64_t>(state.range(0)), &pause);
    AP_CHECK(shards.is_wanted(node_subject(1)));
  }
  report_per_item(state, "change", static_cast<size_t>(state.range(0)));
  pause.report(state);
}
BENCHMARK(interest_fill_pause)->ArgName("subjects")->Arg(100'000)->Arg(kMillion)->Iterations(1);

// A shard comes to its turn only after so many snapshots were made: from its acknowledgement on, the
// coordinating shard may free all that they replaced, a portion in each turn.
void interest_pause_after_lag(benchmark::State& state) {
  const auto nodes = static_cast<uint64_t>(state.range(0));
  const auto snapshots = static_cast<size_t>(state.range(1));
  TwoShards& shards = shards_with(nodes);
  const std::vector<std::string> subjects = comers(nodes);
  PauseMeter pause;
  for (auto _ : state) {
    for (size_t i = 0; i < snapshots; ++i) {
      const std::string& subject = subjects[i / 2 % subjects.size()];
      shards.apply(shards.wanted(subject, i % 2 == 0 ? 1 : 0));
      shards.offer();
    }
    AP_CHECK(shards.waiting_for_reclaim() >= snapshots);
    pause.begin();
    shards.acknowledge_offered();
    pause.end();
    shards.free_rest();
    AP_CHECK(shards.waiting_for_reclaim() == 0);
  }
  pause.report(state);
}
BENCHMARK(interest_pause_after_lag)
    ->ArgNames({"subjects", "snapshots"})
    ->Args({100'000, 100})
    ->Args({kMillion, 100})
    ->Args({kMillion, 1'000})
    ->Args({kMillion, 10'000})
    ->Iterations(10);

// Who wants a subject: a different one each time, as replies and nodes are.
void interest_match(benchmark::State& state) {
  constexpr size_t kMatches = 256;
  const auto nodes = static_cast<uint64_t>(state.range(0));
  TwoShards& shards = shards_with(nodes);
  std::vector<std::string> subjects;
  for (const uint64_t node : some_nodes(nodes, 100'000)) subjects.push_back(node_subject(node));
  size_t at = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < kMatches; ++i) {
      AP_CHECK(shards.is_wanted(subjects[at]));
      if (++at == subjects.size()) at = 0;
    }
  }
  AP_CHECK(!shards.is_wanted(node_subject(nodes)));
  report_per_item(state, "match", kMatches);
}
BENCHMARK(interest_match)->Apply(sizes);

}  // namespace
}  // namespace antiphon::bench
