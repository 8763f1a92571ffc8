// `antiphon federation`: the federation broker.
#pragma once

namespace antiphon {

int federation_main(int argc, char** argv);

}  // namespace antiphon
