#include "broker/config/suggestion.h"

#include <algorithm>
#include <array>
#include <utility>

namespace antiphon {
namespace {

constexpr size_t kNameBytesMax = 200;  // longer ones are not compared
constexpr size_t kChangesMax = 3;
constexpr size_t kLettersPerChange = 4;

// Keys share long beginnings; what both have at their ends costs nothing.
void strip_common_ends(std::string_view& a, std::string_view& b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
}

}  // namespace

size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  strip_common_ends(a, b);
  const size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > limit || longer > kNameBytesMax) return limit + 1;
  // The last three rows of the usual table: row i holds the distances of a's first i letters. Only
  // the cells within `limit` of the diagonal can count; those beside them are too far.
  const size_t too_far = limit + 1;
  std::array<size_t, kNameBytesMax + 2> rows[3];
  auto* before_last = &rows[0];
  auto* last = &rows[1];
  auto* row = &rows[2];
  for (size_t j = 0; j <= b.size(); ++j) (*last)[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    const size_t first = i > limit ? i - limit : 1;
    const size_t end = std::min(b.size(), i + limit);
    size_t least = (*row)[first - 1] = first == 1 ? i : too_far;
    for (size_t j = first; j <= end; ++j) {
      const size_t changed = (*last)[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      size_t& cell = (*row)[j];
      cell = std::min({changed, (*last)[j] + 1, (*row)[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cell = std::min(cell, (*before_last)[j - 2] + 1);
      }
      least = std::min(least, cell);
    }
    if (least > too_far) return too_far;  // a later swap could win back only one
    (*row)[end + 1] = too_far;
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return std::min((*last)[b.size()], too_far);
}

std::string_view nearest_name(std::string_view mistyped, std::span<const std::string_view> names) {
  size_t best = std::min(kChangesMax, mistyped.size() / kLettersPerChange) + 1;
  std::string_view nearest;
  for (std::string_view name : names) {
    const size_t distance = edit_distance(mistyped, name, best - 1);
    if (distance < best) {
      best = distance;
      nearest = name;
    }
    if (best == 0) break;
  }
  return nearest;
}

}  // namespace antiphon
