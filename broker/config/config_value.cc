#include "broker/config/config_value.h"

#include "broker/config/config_text.h"

namespace antiphon {

std::string_view kind_of(const ConfigValue& value) {
  constexpr std::string_view kKinds[] = {"an invalid value", "a boolean", "a whole number",
                                         "a fraction",       "a string",  "a date",
                                         "a list",           "a block {}"};
  static_assert(std::variant_size_v<decltype(value.data)> == std::size(kKinds));
  return kKinds[value.data.index()];
}

bool names_a_secret(std::string_view key) {
  constexpr std::string_view kMarks[] = {"pass", "token", "secret", "seed",
                                         "jwt",  "nkey",  "cred",   "sentinel"};
  const std::string lower = lower_case(key);
  for (std::string_view mark : kMarks) {
    if (lower.find(mark) != std::string::npos) return true;
  }
  return false;
}

}  // namespace antiphon
