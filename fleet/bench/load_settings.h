// What a stream of messages through a server looks like: who publishes how much to how many.
#pragma once

#include <cstdint>
#include <string_view>

namespace antiphon::fleet::bench {

inline constexpr std::string_view kLoadSubject = "bench";

struct LoadSettings {
  uint32_t publishers = 1;
  uint32_t readers = 1;
  uint32_t stuck_readers = 0;  // subscribe, and never read
  uint32_t payload_bytes = 128;
  uint64_t messages = 0;  // of each publisher; 0: as many as fit into `seconds`
  double seconds = 2;
  double rate = 0;            // messages a second of each publisher; 0: as fast as it goes
  bool delays = false;        // measure how long messages were on their way
  bool unequal_sids = false;  // each reader numbers its subscription differently
  unsigned reader_threads = 1;
  double patience_s = 5;  // without any delivery, before the rest is taken for lost
};

}  // namespace antiphon::fleet::bench
