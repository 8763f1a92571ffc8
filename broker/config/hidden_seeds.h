// Takes nkey seeds out of what is shown of a configuration.
//
// WHY: a seed is easily put where its public key belongs, and messages name what they found there.
#pragma once

#include <string>
#include <string_view>

namespace antiphon {

// `text` with "a seed" in the place of each word that is a seed ("SU...", 58 letters) or so nearly
// one that it is one with a slip of the pen, and of the quotes around it. Public nkeys stay.
std::string without_seeds(std::string_view text);

// Whether there is such a word in it.
bool holds_a_seed(std::string_view text);

}  // namespace antiphon
