// The emulated nodes of one thread: connects them, keeps them connected, and lets them answer.
//
// MODEL: a node is always in one place: in the queue of those that may dial next, dialing,
// connected, or waiting for its delay to pass. Like a real one it goes round all servers before it
// waits. THREADS: run() is one thread's work; stop() and counts() may be called from any other.
// LIMITS: replies are dropped (and counted) while kPendingBytesMax wait for a broker that does not
// read.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "broker/runtime/random.h"
#include "broker/runtime/timer_heap.h"
#include "fleet/emulator/dial_pacer.h"
#include "fleet/emulator/emulation_counts.h"
#include "fleet/emulator/emulation_settings.h"
#include "fleet/emulator/request_cache.h"
#include "fleet/wire/client_loop.h"

namespace antiphon::fleet {

class NodeGroup final : private ClientEvents {
 public:
  static constexpr uint64_t kPendingBytesMax = 1 << 20;

  // The nodes from number `first` on. `settings` must outlive the group.
  NodeGroup(const EmulationSettings& settings, uint32_t first, uint32_t nodes);

  // Works until stop() is called; then closes every connection.
  void run();
  void stop();
  // As of at most a tenth of a second ago; final when run() has returned.
  EmulationCounts counts() const;

 private:
  struct Node {
    std::string identity;
    std::unique_ptr<const NodeToken> token;  // null: it logs in like all others
    uint32_t attempts = 0;  // rounds over all servers since it was connected last
    uint16_t server = 0;    // the one to dial next
    uint16_t tried = 0;     // servers of this round
    bool connected = false;
  };

  void write_connect(LinkId link, bool over_tls, std::string_view nonce,
                     std::string& out) override;
  void on_open(LinkId link) override;
  void on_message(LinkId link, const ServerFrame& frame) override;
  void on_fence(LinkId link) override;
  void on_complaint(LinkId link, std::string_view text) override;
  void on_closed(LinkId link, const LinkFailure& failure) override;

  uint32_t number_of(LinkId link) const { return first_ + link.value; }
  void dial_some();
  void queue_rested();
  int64_t wait_time() const;
  void publish_counts();

  const EmulationSettings& settings_;
  const uint32_t first_;
  const bool spread_sources_;
  ClientLoop loop_;
  RequestCache cache_;
  DialPacer pacer_;
  Random random_;
  std::vector<Node> nodes_;  // by link
  std::deque<uint32_t> to_dial_;
  TimerHeap resting_;  // by link, until when
  uint32_t dialing_ = 0;
  bool stopping_ = false;
  std::string text_;  // a reply or the subscriptions in the making
  EmulationCounts counts_;
  SteadyTime published_at_;

  mutable std::mutex mutex_;
  EmulationCounts published_;  // under the mutex
};

}  // namespace antiphon::fleet
