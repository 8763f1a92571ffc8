// The tree a NATS configuration file is parsed into: every value and key knows its place.
//
// MODEL: a map keeps its entries in the order they were first written; a key written twice has one
// entry with the last value. Keys keep their letters: comparing them is up to the reader.
// LIMITS: kConfigValuesMax values in one tree, counted with what variables copy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broker/config/diagnostics.h"

namespace antiphon {

inline constexpr uint32_t kConfigValuesMax = 1'000'000;

struct ConfigEntry;
struct ConfigValue;

// A value that was wrong and has been reported; readers pass over it.
struct ConfigInvalid {};

// ISO 8601 in Zulu time, checked: `2016-05-04T18:53:41Z`.
struct ConfigDatetime {
  std::string text;
};

using ConfigArray = std::vector<ConfigValue>;

struct ConfigMap {
  std::vector<ConfigEntry> entries;
};

struct ConfigValue {
  std::variant<ConfigInvalid, bool, int64_t, double, std::string, ConfigDatetime, ConfigArray,
               ConfigMap>
      data;
  Place place;               // of its first byte; of the `$` when a variable stands here
  bool has_unit = false;     // an integer written with a suffix, like 64k
  uint32_t value_count = 1;  // itself and everything inside
  uint32_t nesting = 0;      // blocks and lists on the way to the deepest value inside

  template <typename T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&data);
  }
};

struct ConfigEntry {
  std::string key;
  Place key_place;
  ConfigValue value;
  bool used_as_variable = false;  // some `$key` referred to it, so it needs no meaning of its own
  bool key_hidden = false;        // may be a piece of a secret: never print it
};

// What a message calls the kind of a value: "a string", "a whole number", "a block" ...
std::string_view kind_of(const ConfigValue& value);

// Whether a key's value is a secret, by its name: password, pass, token, secret, seed ...
bool names_a_secret(std::string_view key);

}  // namespace antiphon
