#include "federation/envelope/lifecycle_event.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kIdentity = "\"identity\":\"";

}  // namespace

std::string_view identity_of_event(std::string_view event) {
  const size_t at = event.find(kIdentity);
  if (at == std::string_view::npos) return {};
  const size_t begin = at + kIdentity.size();
  const size_t end = event.find('"', begin);
  if (end == std::string_view::npos) return {};
  const std::string_view name = event.substr(begin, end - begin);
  return name.find('\\') == std::string_view::npos ? name : std::string_view();
}

}  // namespace antiphon::federation
