// What the readers of an account's exports, imports, mappings and limits have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_text.h"
#include "broker/config/config_value.h"
#include "broker/config/option_writer.h"

namespace antiphon {

inline constexpr size_t kSharedMax = 10'000;  // exports, imports or mappings of one account
inline constexpr std::string_view kNoTracing = "not supported yet: message tracing";

inline bool is_one_of(std::string_view words, std::string_view key) {
  while (!words.empty()) {
    if (take_word(words) == key) return true;
  }
  return false;
}

// What all readers here share: values of one kind or a report.
class SharingReader {
 public:
  explicit SharingReader(OptionWriter& writer) : writer_(writer) {}

 protected:
  // A value that was wrong before has been reported.
  void mistake(const ConfigValue& value, std::string_view needs) {
    if (value.get<ConfigInvalid>() != nullptr) return;
    writer_.error(value.place, std::string(needs) + ", found " + std::string(kind_of(value)));
  }
  void unknown(const ConfigEntry& entry, std::string_view where, std::string_view known) {
    if (entry.used_as_variable) return;
    writer_.error(entry.key_place, "unknown field " + in_quotes(entry.key) + " in " +
                                       std::string(where) + "; it knows " + std::string(known));
  }
  std::optional<std::string> text(const ConfigEntry& entry) {
    if (const auto* found = entry.value.get<std::string>()) return *found;
    mistake(entry.value, lower_case(entry.key) + " needs text");
    return std::nullopt;
  }
  std::optional<bool> boolean(const ConfigEntry& entry) {
    if (const auto* found = entry.value.get<bool>()) return *found;
    mistake(entry.value, lower_case(entry.key) + " needs true or false");
    return std::nullopt;
  }
  void refuse_tracing(const ConfigEntry& entry) {
    const auto on = boolean(entry);
    if (on && *on) writer_.error(entry.key_place, std::string(kNoTracing));
  }
  const ConfigArray* list(const ConfigValue& value, std::string_view needs) {
    const auto* found = value.get<ConfigArray>();
    if (found == nullptr) {
      mistake(value, needs);
    } else if (found->size() > kSharedMax) {
      writer_.error(value.place, "more than " + std::to_string(kSharedMax) + " entries");
      return nullptr;
    }
    return found;
  }

  OptionWriter& writer_;
};

// The items of a list, each read by a Reader of its own.
template <typename Reader, typename Settings>
std::vector<Settings> read_list(const ConfigValue& value, std::string_view what,
                                OptionWriter& writer, std::vector<Place>& places) {
  std::vector<Settings> all;
  const auto* items = value.get<ConfigArray>();
  if (items == nullptr) {
    if (value.get<ConfigInvalid>() == nullptr) {
      writer.error(value.place, std::string(what) + " need a list of blocks, found " +
                                    std::string(kind_of(value)));
    }
    return all;
  }
  if (items->size() > kSharedMax) {
    writer.error(value.place, "more than " + std::to_string(kSharedMax) + " " + std::string(what));
    return all;
  }
  for (const ConfigValue& item : *items) {
    if (auto settings = Reader(writer).read(item)) {
      all.push_back(*std::move(settings));
      places.push_back(item.place);
    }
  }
  return all;
}

}  // namespace antiphon
