// The binary invoked as `nats-server`: takes that server's flags.
#pragma once

namespace antiphon {

int nats_server_main(int argc, char** argv);

}  // namespace antiphon
