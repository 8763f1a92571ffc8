// Coming, going and matching among a thousand to a million subscriptions.
//
// WHY the longest single step beside the mean: an insert that grows the table moves all of it, and
// whoever publishes on that shard waits meanwhile.
#include "broker/routing/sublist.h"

#include <benchmark/benchmark.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/fleet_subjects.h"
#include "bench/pause_meter.h"
#include "protocol/bytes/check.h"
#include "protocol/subject/subject.h"

namespace antiphon::bench {
namespace {

enum class Kind { kLiteral, kWildcard };

constexpr size_t kMatchesPerIteration = 256;
constexpr size_t kChurned = 1024;

std::string subject_of(Kind kind, uint64_t node) {
  return kind == Kind::kLiteral ? node_subject(node) : node_pattern(node);
}

// A sublist in which each node has one subscription.
struct Fleet {
  Fleet(Kind kind, uint64_t nodes) {
    for (uint64_t i = 0; i < nodes; ++i) {
      sublist.insert(subscriptions.emplace_back(nullptr, "1"), subject_of(kind, i), {});
    }
  }
  ~Fleet() {
    for (Subscription& subscription : subscriptions) {
      if (subscription.entry != nullptr) sublist.remove(subscription);
    }
  }
  std::deque<Subscription> subscriptions;
  Sublist sublist;
};

// Made once and kept, for the library calls each benchmark several times; one at a time.
Fleet& fleet_of(Kind kind, uint64_t nodes) {
  static std::unique_ptr<Fleet> fleet;
  static std::pair<Kind, uint64_t> made{};
  if (fleet == nullptr || made != std::pair(kind, nodes)) {
    fleet = nullptr;
    fleet = std::make_unique<Fleet>(kind, nodes);
    made = {kind, nodes};
  }
  return *fleet;
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->ArgName("subscriptions");
}

// From none to all of them.
void fill(benchmark::State& state, Kind kind, PauseMeter* pause) {
  const auto nodes = static_cast<uint64_t>(state.range(0));
  std::vector<std::string> subjects;
  for (uint64_t i = 0; i < nodes; ++i) subjects.push_back(subject_of(kind, i));
  for (auto _ : state) {
    state.PauseTiming();
    {
      std::deque<Subscription> subscriptions;
      for (uint64_t i = 0; i < nodes; ++i) subscriptions.emplace_back(nullptr, "1");
      Sublist sublist;
      state.ResumeTiming();
      for (uint64_t i = 0; i < nodes; ++i) {
        if (pause != nullptr) pause->begin();
        sublist.insert(subscriptions[i], subjects[i], {});
        if (pause != nullptr) pause->end();
      }
      state.PauseTiming();
      AP_CHECK(sublist.counters().subscriptions == nodes);
    }
    state.ResumeTiming();
  }
}

void sublist_fill(benchmark::State& state, Kind kind) {
  fill(state, kind, nullptr);
  report_per_item(state, "insert", static_cast<size_t>(state.range(0)));
}
BENCHMARK_CAPTURE(sublist_fill, literal, Kind::kLiteral)->Apply(sizes);
BENCHMARK_CAPTURE(sublist_fill, wildcard, Kind::kWildcard)->Apply(sizes);

// The same with a clock around each insert, which costs as much as the insert itself.
void sublist_fill_pause(benchmark::State& state, Kind kind) {
  PauseMeter pause;
  fill(state, kind, &pause);
  pause.report(state);
}
BENCHMARK_CAPTURE(sublist_fill_pause, literal, Kind::kLiteral)->Apply(sizes)->Iterations(1);
BENCHMARK_CAPTURE(sublist_fill_pause, wildcard, Kind::kWildcard)->Apply(sizes)->Iterations(1);

// One more comes, and goes again.
void sublist_insert_remove(benchmark::State& state, Kind kind) {
  const auto nodes = static_cast<uint64_t>(state.range(0));
  Fleet& fleet = fleet_of(kind, nodes);
  std::deque<Subscription> comers;
  std::vector<std::string> subjects;
  for (uint64_t i = 0; i < kChurned; ++i) {
    comers.emplace_back(nullptr, "1");
    subjects.push_back(subject_of(kind, nodes + i));
  }
  for (auto _ : state) {
    for (uint64_t i = 0; i < kChurned; ++i) {
      AP_CHECK(fleet.sublist.insert(comers[i], subjects[i], {}).plain_changed);
      AP_CHECK(fleet.sublist.remove(comers[i]).plain_changed);
    }
  }
  AP_CHECK(fleet.sublist.counters().subscriptions == nodes);
  report_per_item(state, "pair", kChurned);
}
BENCHMARK_CAPTURE(sublist_insert_remove, literal, Kind::kLiteral)->Apply(sizes);
BENCHMARK_CAPTURE(sublist_insert_remove, wildcard, Kind::kWildcard)->Apply(sizes);

// What was remembered for another benchmark is forgotten.
void empty_cache(Sublist& sublist) {
  Subscription subscription(nullptr, "1");
  sublist.insert(subscription, "subject.of.nobody", {});
  sublist.remove(subscription);
  AP_CHECK(sublist.cached() == 0);
}

// `drawn` subjects in turn, again and again.
void match_in_turn(benchmark::State& state, Kind kind, size_t drawn, bool there) {
  const auto nodes = static_cast<uint64_t>(state.range(0));
  Sublist& sublist = fleet_of(kind, nodes).sublist;
  std::vector<std::string> subjects;
  for (const uint64_t node : some_nodes(nodes, drawn)) {
    subjects.push_back(node_subject(there ? node : nodes + node));
  }
  empty_cache(sublist);
  const size_t expected = there ? 1 : 0;
  for (int request = 0; request < 2; ++request) {  // the second one lets it into the cache
    for (const std::string& subject : subjects) {
      const MatchResult& found = sublist.match(subject);
      AP_CHECK(found.size() == expected);
      if (there) AP_CHECK(subject_matches(found[0]->subject(), subject));
    }
  }
  const uint64_t hits_before = sublist.counters().cache_hits;
  size_t at = 0;
  size_t found = 0;
  for (auto _ : state) {
    for (size_t i = 0; i < kMatchesPerIteration; ++i) {
      found += sublist.match(subjects[at]).size();
      if (++at == subjects.size()) at = 0;
    }
  }
  const auto matches = static_cast<uint64_t>(state.iterations()) * kMatchesPerIteration;
  AP_CHECK(found == matches * expected);
  report_per_item(state, "match", kMatchesPerIteration);
  state.counters["cache_hits_%"] =
      100.0 * static_cast<double>(sublist.counters().cache_hits - hits_before) /
      static_cast<double>(matches);
}

constexpr size_t kManySubjects = 100'000;
constexpr size_t kFewSubjects = 1'000;  // fewer than the cache has room for

void sublist_match(benchmark::State& state, Kind kind) {
  match_in_turn(state, kind, kManySubjects, true);
}
BENCHMARK_CAPTURE(sublist_match, literal, Kind::kLiteral)->Apply(sizes);
BENCHMARK_CAPTURE(sublist_match, wildcard, Kind::kWildcard)->Apply(sizes);

void sublist_match_nothing(benchmark::State& state, Kind kind) {
  match_in_turn(state, kind, kManySubjects, false);
}
BENCHMARK_CAPTURE(sublist_match_nothing, literal, Kind::kLiteral)->Apply(sizes);
BENCHMARK_CAPTURE(sublist_match_nothing, wildcard, Kind::kWildcard)->Apply(sizes);

void sublist_match_few(benchmark::State& state) {
  match_in_turn(state, Kind::kWildcard, kFewSubjects, true);
}
BENCHMARK(sublist_match_few)->Apply(sizes);

}  // namespace
}  // namespace antiphon::bench
