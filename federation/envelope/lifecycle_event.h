// Whose lifecycle event it is: the identity in it, without decoding the rest.
//
// MODEL: the reference writes it as "identity":"NAME", in a CloudEvent one object deeper than in the
// older form; within a text that pair of quotes cannot stand unescaped. SOURCE: go-choria 0.29.4.
#pragma once

#include <string_view>

namespace antiphon::federation {

// Empty when there is none, or it is written with escapes, which no node's name needs.
std::string_view identity_of_event(std::string_view event);

}  // namespace antiphon::federation
