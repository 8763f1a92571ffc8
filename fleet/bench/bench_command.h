// `antiphon bench`: measures brokers that speak NATS, one alone or two in turns.
//
// EXIT STATUS: 0 all runs went well, 1 a server could not be used, messages were lost or nodes were
// missing, 2 wrong options.
#pragma once

namespace antiphon::fleet {

// As main(): argv[0] is the command's name.
int bench_main(int argc, char** argv);

}  // namespace antiphon::fleet
