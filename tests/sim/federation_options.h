// What one seed's federation looks like: drawn from the seed, so that seeds differ in more than
// luck.
#pragma once

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "broker/runtime/random.h"
#include "federation/memory/ledger.h"
#include "federation/relay/backoff.h"

namespace antiphon::sim {

struct FederationOptions {
  // Else what a goodbye or the end of a run waits for would take thousands of rounds.
  static constexpr size_t kLargeStreamBytesMin = 1 << 16;

  size_t relays = 2;                // of the cluster
  size_t stream_bytes = 1 << 16;    // of each direction of a connection; then it is full
  size_t piece_bytes_max = 4096;    // that move at once
  int64_t pace_ms_max = 20;         // that pass at once
  uint64_t queue_bytes_max = 512 << 10;
  federation::Backoff backoff;
  int64_t pause_ms_max = 2000;      // of a relay, before it discards
  int64_t absence_ms = 1000;
  int64_t settle_ms = 0;
  int64_t ping_interval_ms = 120'000;
  federation::PlacementMode placement = federation::PlacementMode::kOff;
  bool jumping = false;        // now and then minutes pass at once
  bool large = false;          // messages larger than a read
  bool damaging = false;       // bytes of messages change on the way
  bool limited = false;        // some relays have a rate
  bool hears = false;          // what nodes say of themselves
  bool roomy = false;          // for all names
  bool leaving = false;        // relays say goodbye and others take their place
  bool forbids = false;        // the federation's broker lets nobody listen but by the queue group
  bool multi_publish = false;  // the collective's broker takes one frame for many subjects

  static FederationOptions from(uint64_t seed) {
    using federation::PlacementMode;
    Random random(seed * 0x9E3779B97F4A7C15ull + 77);
    const auto one_in = [&random](uint64_t n) { return random.below(n) == 0; };
    FederationOptions options;
    options.relays = one_in(5) ? 1 : 2 + random.below(2);
    options.stream_bytes = size_t{4096} << (2 * random.below(5));
    constexpr size_t kPieces[] = {50, 1000, 4096, 65'536, 1 << 20};
    options.piece_bytes_max = kPieces[random.below(5)];
    constexpr int64_t kPaces[] = {1, 5, 20, 300};
    options.pace_ms_max = kPaces[random.below(4)];
    options.pause_ms_max = one_in(4) ? 2000 : static_cast<int64_t>(random.below(20));
    // What waits much longer than a run takes would never come.
    if (options.pace_ms_max < 300 || one_in(2)) options.backoff = {1, 5};
    if (one_in(2)) options.queue_bytes_max = 64 << 10;
    options.absence_ms = 20 + static_cast<int64_t>(random.below(2000));
    options.settle_ms = one_in(4) ? 50 : 0;
    options.ping_interval_ms = one_in(3) ? 500 : 120'000;
    options.placement = static_cast<PlacementMode>(seed % 3);  // a third each
    options.jumping = one_in(4);
    options.large = one_in(4);
    if (options.large) options.queue_bytes_max = 512 << 10;
    if (options.large) options.stream_bytes = std::max(options.stream_bytes, kLargeStreamBytesMin);
    options.damaging = one_in(4);
    options.limited = options.placement != PlacementMode::kOff && one_in(4);
    options.hears = options.placement != PlacementMode::kOff && one_in(2);
    options.roomy = one_in(2);
    options.leaving = one_in(3);
    options.multi_publish = one_in(2);
    options.forbids = one_in(8);
    return options;
  }

  std::string text() const {
    return absl::StrCat(relays, " relays, placement ",
                        std::string(federation::placement_name(placement)), ", streams of ",
                        stream_bytes, " bytes, pieces of ", piece_bytes_max, ", steps of ",
                        pace_ms_max, " ms", jumping ? ", jumping" : "", large ? ", large" : "",
                        damaging ? ", damaging" : "", limited ? ", limited" : "",
                        hears ? ", hears" : "", roomy ? ", roomy" : "",
                        leaving ? ", leaving" : "", forbids ? ", forbids" : "", multi_publish ? ", one frame" : "");
  }
};

}  // namespace antiphon::sim
