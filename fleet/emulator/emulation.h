// A fleet of emulated nodes: so many threads, each with its share of the nodes.
//
// LIFETIME: the nodes are there from start() to stop(), or to the end of the object.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "broker/runtime/clock.h"
#include "fleet/emulator/emulation_counts.h"
#include "fleet/emulator/emulation_settings.h"
#include "fleet/emulator/node_group.h"

namespace antiphon::fleet {

class Emulation {
 public:
  // REQUIRES: profile_error(settings.profile) is empty; at least one thread.
  explicit Emulation(EmulationSettings settings);
  ~Emulation();
  Emulation(const Emulation&) = delete;
  Emulation& operator=(const Emulation&) = delete;

  void start();
  // Closes every connection and ends the threads.
  void stop();

  // Of all threads, as of at most a tenth of a second ago; final after stop().
  EmulationCounts counts() const;
  SteadyTime started_at() const { return started_at_; }

 private:
  const EmulationSettings settings_;
  std::vector<std::unique_ptr<NodeGroup>> groups_;
  std::vector<std::thread> threads_;
  SteadyTime started_at_;
};

}  // namespace antiphon::fleet
