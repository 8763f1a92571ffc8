// `antiphon why`: explains, without a broker, what a credential would be granted and by which rule.
#pragma once

namespace antiphon {

// Exit status: 0 it opens something, 1 it opens nothing (or not the subject asked about), 2 wrong
// usage, or a file that cannot be used.
int why_main(int argc, char** argv);

}  // namespace antiphon
