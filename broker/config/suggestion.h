// "did you mean ...": the known name nearest to a mistyped one.
#pragma once

#include <span>
#include <string_view>

namespace antiphon {

// How many letters must be added, removed, changed or swapped with their neighbour; never more
// than `limit` + 1.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit);

// The nearest name, if it is near enough to be meant (one change in four letters, at most three).
// Empty when there is none.
std::string_view nearest_name(std::string_view mistyped, std::span<const std::string_view> names);

}  // namespace antiphon
