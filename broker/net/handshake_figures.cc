#include "broker/net/handshake_figures.h"

namespace antiphon {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr uint64_t kNsPerSecond = 1'000'000'000;

}  // namespace

void HandshakeFigures::add_to(HandshakeCounts& counts) const {
  counts.queued += queued_.get();
  counts.running += running_.get();
  counts.established += established_.get();
  counts.resumed += resumed_.get();
  counts.failed += failed_.get();
  counts.timed_out += timed_out_.get();
  counts.left_the_queue += left_the_queue_.get();
  counts.put_aside += put_aside_.get();
  counts.established_ns += established_ns_.get();
  counts.wasted_ns += wasted_ns_.get();
  counts.per_second += per_second_.get();
}

void HandshakeFigures::established(uint64_t cpu_ns, bool resumed) {
  established_.add(1);
  if (resumed) resumed_.add(1);
  established_ns_.add(cpu_ns);
}

HandshakeFigures::Window HandshakeFigures::measure_rate(int64_t now_ns) {
  const int64_t passed_ns = now_ns - window_begin_ns_;
  if (passed_ns < kWindowMs * kNsPerMs) return Window::kGoesOn;
  const uint64_t established = established_.get() - window_established_;
  per_second_.set(established * kNsPerSecond / static_cast<uint64_t>(passed_ns));
  window_begin_ns_ = now_ns;
  window_established_ = established_.get();
  return established > 0 ? Window::kBusy : Window::kQuiet;
}

}  // namespace antiphon
