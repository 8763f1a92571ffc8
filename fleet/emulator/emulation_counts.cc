#include "fleet/emulator/emulation_counts.h"

#include <algorithm>

namespace antiphon::fleet {

void EmulationCounts::add(const EmulationCounts& other) {
  nodes += other.nodes;
  connected += other.connected;
  dials += other.dials;
  logins += other.logins;
  lost += other.lost;
  requests = std::max(requests, other.requests);  // each thread sees a broadcast
  messages += other.messages;
  replies += other.replies;
  filtered += other.filtered;
  unanswered += other.unanswered;
  dropped += other.dropped;
  last_connected_ns = std::max(last_connected_ns, other.last_connected_ns);
  failures.add_all(other.failures);
  complaints.add_all(other.complaints);
}

}  // namespace antiphon::fleet
