// Finding a remembered match, not finding one, and forgetting all of them.
#include "broker/routing/match_cache.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/figures.h"
#include "bench/fleet_subjects.h"
#include "bench/pause_meter.h"
#include "protocol/bytes/check.h"

namespace antiphon::bench {
namespace {

struct DestroyEntry {
  void operator()(SubjectEntry* entry) const { SubjectEntry::destroy(entry); }
};
using EntryPtr = std::unique_ptr<SubjectEntry, DestroyEntry>;

std::vector<std::string> subjects_from(uint64_t first, size_t count) {
  std::vector<std::string> subjects;
  for (uint64_t i = first; i < first + count; ++i) subjects.push_back(node_subject(i));
  return subjects;
}

// Asks until the table holds all of `subjects`: the second request admits one.
void fill(MatchCache& cache, SubjectEntry* entry, const std::vector<std::string>& subjects) {
  for (const std::string& subject : subjects) {
    for (int request = 0; request < 2; ++request) {
      if (cache.find(subject) == nullptr) cache.remember(subject, MatchResult{entry});
    }
  }
  AP_CHECK(cache.size() == subjects.size());
}

void cache_hit_last(benchmark::State& state) {
  const EntryPtr entry(SubjectEntry::create("x"));
  MatchCache cache;
  const std::string subject = node_subject(1);
  cache.remember_last(subject, MatchResult{entry.get()});
  AP_CHECK(cache.last(subject) != nullptr && cache.last(subject)->front() == entry.get());
  for (auto _ : state) benchmark::DoNotOptimize(cache.last(subject));
  report_per_item(state, "find", 1);
}
BENCHMARK(cache_hit_last);

void cache_hit(benchmark::State& state) {
  const EntryPtr entry(SubjectEntry::create("x"));
  MatchCache cache;
  const std::vector<std::string> subjects = subjects_from(0, MatchCache::kEntriesMax);
  fill(cache, entry.get(), subjects);
  size_t hits = 0;
  for (auto _ : state) {
    for (const std::string& subject : subjects) hits += cache.find(subject) != nullptr;
  }
  AP_CHECK(hits == subjects.size() * static_cast<size_t>(state.iterations()));
  report_per_item(state, "find", subjects.size());
}
BENCHMARK(cache_hit);

// Reply subjects: each is asked for once, and none may push out what is in the table.
void cache_miss(benchmark::State& state) {
  const EntryPtr entry(SubjectEntry::create("x"));
  MatchCache cache;
  fill(cache, entry.get(), subjects_from(0, MatchCache::kEntriesMax));
  const std::vector<std::string> replies = subjects_from(MatchCache::kEntriesMax, 100'000);
  size_t hits = 0;
  size_t at = 0;
  for (auto _ : state) {
    const std::string& reply = replies[at];
    hits += cache.find(reply) != nullptr;
    benchmark::DoNotOptimize(cache.remember(reply, MatchResult{entry.get()}));
    if (++at == replies.size()) at = 0;
  }
  AP_CHECK(hits == 0 && cache.size() == MatchCache::kEntriesMax);
  report_per_item(state, "find", 1);
}
BENCHMARK(cache_miss);

// What a SUB of a new subject costs when the table is full.
void cache_invalidate_full(benchmark::State& state) {
  const EntryPtr entry(SubjectEntry::create("x"));
  MatchCache cache;
  const std::vector<std::string> subjects = subjects_from(0, MatchCache::kEntriesMax);
  PauseMeter pause;
  for (auto _ : state) {
    state.PauseTiming();
    fill(cache, entry.get(), subjects);
    state.ResumeTiming();
    pause.begin();
    cache.invalidate();
    pause.end();
    AP_CHECK(cache.size() == 0);
  }
  pause.report(state);
}
BENCHMARK(cache_invalidate_full);

}  // namespace
}  // namespace antiphon::bench
