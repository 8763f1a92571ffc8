#include "fleet/bench/load_run.h"

#include <absl/strings/str_cat.h>
#include <time.h>

#include <algorithm>

#include "broker/runtime/clock.h"
#include "protocol/bytes/text.h"

namespace antiphon::fleet::bench {
namespace {

constexpr long kProgressNs = 2'000'000;
constexpr double kNsPerSecond = 1e9;

void wait_briefly() {
  const timespec time{0, kProgressNs};
  ::nanosleep(&time, nullptr);
}

std::string subscription(uint32_t sid) {
  return absl::StrCat("SUB ", to_absl(kLoadSubject), " ", sid, "\r\n");
}

}  // namespace

absl::StatusOr<std::unique_ptr<LoadRun>> LoadRun::open(const Target& target,
                                                       const LoadSettings& settings) {
  std::unique_ptr<LoadRun> run(new LoadRun(settings));
  if (absl::Status status = run->connect(target); !status.ok()) return status;
  return run;
}

absl::Status LoadRun::connect(const Target& target) {
  const unsigned groups = std::max(1u, std::min(settings_.reader_threads, settings_.readers));
  for (unsigned i = 0; i < groups; ++i) groups_.push_back(std::make_unique<ReaderGroup>(settings_.delays));
  for (uint32_t i = 0; i < settings_.readers; ++i) {
    const uint32_t sid = settings_.unequal_sids ? i + 1 : 1;
    auto connection = LoadConnection::open(target, "bench-reader", subscription(sid));
    if (!connection.ok()) return connection.status();
    groups_[i % groups]->add(
        *std::move(connection),
        MessageScan(kLoadSubject, sid, settings_.payload_bytes, settings_.publishers));
  }
  for (uint32_t i = 0; i < settings_.stuck_readers; ++i) {
    auto connection = LoadConnection::open(target, "bench-stuck", subscription(1));
    if (!connection.ok()) return connection.status();
    stuck_.push_back(*std::move(connection));
  }
  for (uint32_t i = 0; i < settings_.publishers; ++i) {
    auto connection = LoadConnection::open(target, "bench-publisher", {});
    if (!connection.ok()) return connection.status();
    publishers_.push_back(std::make_unique<Publisher>(*std::move(connection), settings_, i));
  }
  return absl::OkStatus();
}

void LoadRun::start() {
  for (const auto& group : groups_) {
    threads_.emplace_back([this, &readers = *group] { readers.run(stop_); });
  }
  start_ns_ = steady_now().ns;
  for (const auto& publisher : publishers_) {
    threads_.emplace_back([this, &one = *publisher] { one.run(stop_); });
  }
}

uint64_t LoadRun::delivered() const {
  uint64_t sum = 0;
  for (const auto& group : groups_) sum += group->progress().messages;
  return sum;
}

bool LoadRun::is_complete() const {
  uint64_t published = 0;
  for (const auto& publisher : publishers_) {
    if (!publisher->is_done()) return false;
    published += publisher->published();
  }
  return delivered() >= published * settings_.readers;
}

bool LoadRun::has_stalled(int64_t& progress_ns, uint64_t& seen) const {
  const int64_t now_ns = steady_now().ns;
  if (const uint64_t count = delivered(); count != seen) {
    seen = count;
    progress_ns = now_ns;
  }
  return static_cast<double>(now_ns - progress_ns) / kNsPerSecond > settings_.patience_s;
}

void LoadRun::join() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

LoadOutcome LoadRun::finish() {
  int64_t progress_ns = steady_now().ns;
  uint64_t seen = 0;
  while (!is_complete() && !has_stalled(progress_ns, seen)) wait_briefly();
  join();
  LoadOutcome outcome;
  std::vector<uint64_t> published;
  for (const auto& publisher : publishers_) {
    published.push_back(publisher->published());
    outcome.published += publisher->published();
  }
  int64_t last_ns = start_ns_;
  for (const auto& group : groups_) {
    last_ns = std::max(last_ns, group->progress().last_ns);
    const ScanCounts counts = group->counts(published);
    outcome.counts.messages += counts.messages;
    outcome.delays.add(group->delays());
    outcome.counts.missing += counts.missing;
    outcome.counts.disordered += counts.disordered;
    outcome.counts.foreign += counts.foreign;
  }
  outcome.seconds = static_cast<double>(last_ns - start_ns_) / kNsPerSecond;
  outcome.failure = failure(outcome);
  return outcome;
}

std::string LoadRun::failure(const LoadOutcome& outcome) const {
  std::string text;
  const auto note = [&text](uint64_t count, const char* what) {
    if (count > 0) absl::StrAppend(&text, text.empty() ? "" : "; ", count, " ", what);
  };
  uint64_t closed = 0;
  for (const auto& group : groups_) closed += group->progress().closed;
  note(outcome.counts.missing, "messages lost");
  note(outcome.counts.disordered, "messages repeated or out of order");
  note(outcome.counts.foreign, "messages that nobody published");
  note(closed, "readers cut off by the server");
  const auto quote = [&text](const std::string& error) {
    if (!error.empty()) absl::StrAppend(&text, text.empty() ? "" : "; ", error);
  };
  for (const auto& publisher : publishers_) quote(publisher->error());
  for (const auto& group : groups_) quote(group->error());
  if (text.empty() && outcome.counts.messages == 0) text = "nothing was delivered";
  return text;
}

LoadRun::~LoadRun() {
  join();
}

}  // namespace antiphon::fleet::bench
