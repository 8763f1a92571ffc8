#include "broker/config/diagnostics.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "broker/config/hidden_seeds.h"

namespace antiphon {
namespace {

void keep(std::vector<Diagnostic>& list, size_t& dropped, Place place, const std::string& message) {
  if (list.size() >= kDiagnosticsMax) {
    ++dropped;
    return;
  }
  list.push_back({std::move(place), without_seeds(message)});
}

auto sort_key(const Diagnostic& d) {
  return std::make_tuple(d.place.file ? d.place.file->order : 0, d.place.line, d.place.column);
}

}  // namespace

std::string to_string(const Place& place) {
  if (!place.file) return "";
  if (place.line == 0) return place.file->name;
  return place.file->name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string to_string(const Diagnostic& diagnostic) {
  const std::string where = to_string(diagnostic.place);
  return where.empty() ? diagnostic.message : where + ": " + diagnostic.message;
}

void Diagnostics::error(Place place, std::string message) {
  keep(errors_, errors_dropped_, std::move(place), message);
}

void Diagnostics::warning(Place place, std::string message) {
  keep(warnings_, warnings_dropped_, std::move(place), message);
}

std::vector<Diagnostic> Diagnostics::sorted(const std::vector<Diagnostic>& list, size_t dropped) {
  std::vector<Diagnostic> result = list;
  std::stable_sort(result.begin(), result.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return sort_key(a) < sort_key(b);
  });
  if (dropped > 0) result.push_back({{}, std::to_string(dropped) + " more are not shown"});
  return result;
}

}  // namespace antiphon
