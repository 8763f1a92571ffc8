// `antiphon jwt`: makes, shows and checks Choria's tokens.
#pragma once

namespace antiphon {

// argv[0] is "jwt". Returns 0, 1 when something failed or a check says no, 2 for wrong usage.
int jwt_main(int argc, char** argv);

}  // namespace antiphon
