// A connection that ended, as bytes without gaps.
//
// WHY: ten thousand of them are kept and hardly anybody looks at them. As structs of numbers and
// texts one took a kilobyte, in ten blocks of memory.
// FORMAT: numbers as varints (seven bits a byte, the least significant first; what may be negative
// with its sign in the lowest bit), texts behind their length. Of this process only: it is neither
// sent nor written anywhere.
#pragma once

#include <string>
#include <string_view>

#include "broker/session/session_facts.h"

namespace antiphon {

// Returns how many of the bytes are those of its subscriptions.
size_t append_record(std::string& packed, const SessionFacts& facts);

// The record that `packed` begins with, and takes it off.
// REQUIRES: `packed` begins with one.
SessionFacts take_record(std::string_view& packed, WithSubscriptions with);

}  // namespace antiphon
