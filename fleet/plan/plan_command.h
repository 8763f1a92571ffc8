// `antiphon plan`: what a fleet will cost its brokers, predicted from measured costs.
//
// EXIT STATUS: 0 there is a plan (also one that does not fit), 1 the calibration failed, 2 wrong
// options or a wrong model file.
#pragma once

namespace antiphon::fleet {

// As main(): argv[0] is the command's name.
int plan_main(int argc, char** argv);

}  // namespace antiphon::fleet
