// Works through what nats.c offers of the core protocol. Argument: the driver's world file.
#include <nats/nats.h>

#include "checks.h"

int main(int, char** argv) {
  interop::read_world(argv[1]);
  interop::add_messaging();
  interop::add_requests();
  interop::add_lifecycle();
  interop::add_security();
  interop::run_all();
  nats_CloseAndWait(interop::kDeadlineMs);
  return 0;
}
