// What one seed's run looks like: drawn from the seed, so that seeds differ in more than luck.
#pragma once

#include <cstdint>

#include "broker/runtime/random.h"

namespace antiphon::sim {

struct SimOptions {
  uint64_t seed = 1;
  uint16_t shard_count = 1;
  size_t ring_messages = 256;
  size_t clients = 6;
  size_t epochs = 3;            // each ends with everything quiet and checked
  size_t steps = 300;           // per epoch
  bool wide = false;            // most clients subscribe to the same subjects
  bool closing = false;         // clients come and go
  bool stalling = false;        // clients stop reading for a while
  bool tight_pending = false;   // slow readers are closed for what waits
  bool tight_budget = false;    // the largest of the slow readers are closed for what waits in all
  bool tight_deadline = false;  // slow readers are closed for how long it waits
  bool importing = false;       // half of the clients read by an import from the others' account
  bool large = false;           // payloads larger than a read, now and then

  static SimOptions from(uint64_t seed, uint16_t shard_count) {
    Random random(seed * 0x9E3779B97F4A7C15ull + 0x1234567);
    SimOptions options;
    options.seed = seed;
    options.shard_count = shard_count;
    constexpr size_t kRings[] = {1, 1, 2, 4, 16, 256};
    options.ring_messages = kRings[random.below(6)];
    options.wide = random.below(2) == 0;
    options.clients = options.wide ? 12 + random.below(14) : 2 + random.below(7);
    options.epochs = 2 + random.below(3);
    options.steps = 150 + random.below(350);
    options.closing = random.below(2) == 0;
    options.stalling = random.below(2) == 0;
    options.tight_pending = options.stalling && random.below(3) == 0;
    options.tight_deadline = options.stalling && random.below(3) == 0;
    options.large = random.below(8) == 0;
    options.tight_budget = options.stalling && random.below(3) == 0;
    options.importing = random.below(3) == 0;
    return options;
  }
};

}  // namespace antiphon::sim
