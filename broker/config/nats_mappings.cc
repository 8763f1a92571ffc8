#include "broker/config/nats_account_sharing.h"

#include <charconv>

#include "broker/config/nats_sharing_reader.h"

namespace antiphon {
namespace {

class MappingReader : SharingReader {
 public:
  using SharingReader::SharingReader;

  std::vector<MappingSettings> read(const ConfigValue& value, std::vector<Place>& places) {
    std::vector<MappingSettings> mappings;
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      mistake(value, "mappings are a block of subjects and destinations");
      return mappings;
    }
    for (const ConfigEntry& entry : map->entries) {
      if (mappings.size() == kSharedMax) {
        writer_.error(entry.key_place, "more than " + std::to_string(kSharedMax) + " mappings");
        return mappings;
      }
      MappingSettings mapping{entry.key, {}};
      if (!read_destinations(entry.value, mapping)) continue;
      mappings.push_back(std::move(mapping));
      places.push_back(entry.key_place);
    }
    return mappings;
  }

 private:
  bool read_destinations(const ConfigValue& value, MappingSettings& mapping) {
    if (const auto* subject = value.get<std::string>()) {
      mapping.destinations.push_back({*subject, 100});
      return true;
    }
    if (const auto* items = value.get<ConfigArray>()) {
      bool good = true;
      for (const ConfigValue& item : *items) good = read_destination(item, mapping) && good;
      return good;
    }
    return read_destination(value, mapping);
  }

  bool read_destination(const ConfigValue& value, MappingSettings& mapping) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      mistake(value, "a mapping needs a destination, or blocks with destination and weight");
      return false;
    }
    MappingDestination destination{"", -1};
    for (const ConfigEntry& entry : map->entries) {
      if (!read_field(entry, destination)) return false;
    }
    if (destination.subject.empty()) {
      writer_.error(value.place, "this destination has no subject: set destination");
    } else if (destination.weight < 0) {
      writer_.error(value.place, "this destination has no weight");
    } else {
      mapping.destinations.push_back(std::move(destination));
      return true;
    }
    return false;
  }

  bool read_field(const ConfigEntry& entry, MappingDestination& destination) {
    const std::string key = lower_case(entry.key);
    if (is_one_of("dest destination", key)) {
      const auto subject = text(entry);
      if (subject) destination.subject = *subject;
      return subject.has_value();
    }
    if (key == "weight") {
      destination.weight = weight_of(entry.value);
      if (destination.weight >= 0) return true;
      writer_.error(entry.value.place, "a weight is a number from 0 to 100, or such a percentage");
      return false;
    }
    if (key == "cluster") {
      writer_.error(entry.key_place, "not supported yet: clusters");
    } else {
      unknown(entry, "a destination", "destination and weight");
    }
    return entry.used_as_variable;
  }

  // -1 when it is none.
  static int64_t weight_of(const ConfigValue& value) {
    int64_t weight = -1;
    if (const auto* number = value.get<int64_t>()) {
      weight = *number;
    } else if (const auto* text = value.get<std::string>()) {
      std::string_view digits(*text);
      if (digits.ends_with('%')) digits.remove_suffix(1);
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), weight);
      if (error != std::errc() || end != digits.data() + digits.size()) return -1;
    }
    return weight > 100 ? -1 : weight;
  }
};

}  // namespace

std::vector<MappingSettings> read_mappings(const ConfigValue& value, OptionWriter& writer,
                                           std::vector<Place>& places) {
  return MappingReader(writer).read(value, places);
}

}  // namespace antiphon
