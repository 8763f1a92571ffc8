// One client of the simulation: its connection and what it is about to send.
#pragma once

#include <memory>
#include <string>

#include "tests/sim/oracle.h"
#include "tests/sim/server_lines.h"
#include "tests/sim/world.h"

namespace antiphon::sim {

struct SimClient {
  size_t number = 0;  // of the oracle
  ClientTraits traits;
  std::shared_ptr<Connection> connection;
  std::string outbox;        // written, not yet on its way
  ServerLines lines;         // what came
  uint64_t next_sid = 100;   // small ones are given by hand
  size_t room_max = 0;       // of its socket
  bool says_connect = true;
  bool stalled = false;      // reads nothing
  bool left = false;         // went of its own will
  bool gone = false;         // knows that the connection has ended
  bool forgotten = false;    // the broker has closed its end too
  std::string inbox;         // where it takes replies; empty: it has not subscribed yet

  bool is_alive() const { return !left && !gone; }
  bool has_unread() const { return !connection->pipe->to_client.empty(); }
};

}  // namespace antiphon::sim
