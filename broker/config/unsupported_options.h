// What nats-server or Choria can be told but this release does not do: named, so that it is refused
// with its reason and never silently left out, which could weaken security.
//
// MODEL: a row is removed on the day its feature is done. A value that leaves the feature off is no
// error: false, 0, empty, one of the row's own words, or a block with `enabled` or `mode` so.
#pragma once

#include <span>
#include <string_view>

#include "broker/config/config_value.h"

namespace antiphon {

struct UnsupportedOption {
  std::string_view name;  // path in the NATS grammar or Choria's key; a last `.*` means all below
  std::string_view feature;              // what is not supported yet
  std::string_view harmless_words = "";  // further values, separated by spaces, that change nothing
};

std::span<const UnsupportedOption> unsupported_options();

// `name` in lower case; null when it is not in the list.
const UnsupportedOption* find_unsupported_option(std::string_view name);

// Whether the value leaves the feature off. Text may be in any case.
bool leaves_feature_off(const UnsupportedOption& option, const ConfigValue& value);
bool leaves_feature_off(const UnsupportedOption& option, std::string_view text);

}  // namespace antiphon
