// `antiphon broker run`: the network broker.
#pragma once

namespace antiphon {

// argv[0] is "antiphon broker".
int broker_main(int argc, char** argv);

}  // namespace antiphon
