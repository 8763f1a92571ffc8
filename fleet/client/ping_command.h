// `antiphon ping`: which nodes are there, and how fast they answer.
//
// EXIT STATUS: 0 when at least one node answered (with --expect: so many), 1 when not, 2 for wrong
// options or files or when no broker lets us in.
#pragma once

namespace antiphon::fleet {

// As main(): argv[0] is the command's name.
int ping_main(int argc, char** argv);

}  // namespace antiphon::fleet
