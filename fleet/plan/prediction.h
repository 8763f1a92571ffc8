// What a fleet will cost its brokers, by a cost model: arithmetic, and nothing else.
//
// MODEL: every amount is a fixed part of each broker and a part for each node. Times are those of
// the broker with the most nodes; brokers work at the same time. Not in it: delays of the network,
// the time nodes and the asking client need themselves.
#pragma once

#include <cstdint>
#include <vector>

#include "fleet/plan/cost_model.h"
#include "fleet/plan/fleet_shape.h"

namespace antiphon::fleet::plan {

struct Amount {
  double of_broker = 0;
  double of_node = 0;

  double of(uint64_t brokers, uint64_t nodes) const {
    return static_cast<double>(brokers) * of_broker + static_cast<double>(nodes) * of_node;
  }
};

// Until the whole fleet is back, in seconds.
struct ReturnTime {
  double patient_s = 0;    // nodes wait until it is their turn
  double impatient_s = 0;  // they give up a dial after two seconds, and back off
};

struct ReturnTimeByCores {
  uint64_t cores = 0;
  ReturnTime time;
};

struct Prediction {
  FleetShape shape;
  // CPU time that moving messages takes here, by what it took where the model was measured.
  double message_scale = 1;

  // Resident memory of brokers, in bytes.
  Amount idle_bytes;
  Amount ping_bytes;
  Amount storm_bytes;
  // The most that waits for an asker who reads nothing; comes on top of a ping's, on one broker.
  double unread_answers_bytes = 0;

  // Of the kernel; not in the memory of any process.
  Amount kernel_idle_bytes;
  Amount kernel_ping_bytes;  // when no node has taken the request yet

  Amount ping_cpu_s;
  double last_answer_s = 0;
  Amount storm_cpu_s;
  ReturnTime all_back;
  std::vector<ReturnTimeByCores> all_back_by_cores;

  Amount subscriptions;
  Amount descriptors;

  // On the wire, with the headers of packets, in one ping.
  Amount ping_in_bytes;
  Amount ping_out_bytes;
};

// REQUIRES: shape_error(shape) is empty; the model has costs for its security; both speeds, of the
// brokers' machine, are above 0.
Prediction predict(const CostModel& model, const FleetShape& shape, const MachineSpeed& speed);

// Slots of the index that a session has over so many subscriptions; 0: it has none.
uint64_t index_slots(uint64_t subscriptions);

// What a broker keeps of connections that a storm closed.
double closed_bytes(const GeneralCosts& general, const FleetShape& shape);

// Threads that make handshakes in a broker with so many cores that is not told how many.
uint64_t default_handshake_threads(uint64_t cores);

// What lets a fleet with TLS in, of a broker with so many cores: its handshake threads, at most one
// for each core.
uint64_t handshake_workers(const FleetShape& shape, uint64_t cores);

}  // namespace antiphon::fleet::plan
