// `antiphon emulate`: thousands of Choria nodes in one process.
//
// EXIT STATUS: 0 when it ended as asked (signal or --duration), 1 when not all nodes were connected
// within --wait or the descriptor limit is too low, 2 for wrong options or files.
#pragma once

namespace antiphon::fleet {

// As main(): argv[0] is the command's name.
int emulate_main(int argc, char** argv);

}  // namespace antiphon::fleet
