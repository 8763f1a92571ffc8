#include "broker/config/nats_account_sharing.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "broker/config/config_text.h"
#include "broker/config/duration.h"
#include "protocol/nats/account_wiring.h"

namespace antiphon {
namespace {

constexpr size_t kSharedMax = 10'000;  // exports, imports or mappings of one account
constexpr std::string_view kNoTracing = "not supported yet: message tracing";

bool is_one_of(std::string_view words, std::string_view key) {
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

// ---- Exports ------------------------------------------------------------------------------------

class ExportReader : SharingReader {
 public:
  using SharingReader::SharingReader;

  std::optional<ExportSettings> read(const ConfigValue& value) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      mistake(value, "an export is a block with stream or service");
      return std::nullopt;
    }
    for (const ConfigEntry& entry : map->entries) read_entry(entry);
    if (kinds_ == 0) writer_.error(value.place, "this export names no stream and no service");
    if (kinds_ > 1) writer_.error(value.place, "an export is a stream or a service, not both");
    const bool stream = settings_.kind == ShareKind::kStream;
    if (kinds_ == 1 && stream && service_only_ != nullptr) {
      writer_.error(service_only_->key_place,
                    in_quotes(service_only_->key) + " is for services, and this is a stream");
    }
    if (kinds_ != 1) return std::nullopt;
    return settings_;
  }

 private:
  void read_entry(const ConfigEntry& entry) {
    const std::string key = lower_case(entry.key);
    if (key == "stream" || key == "service") {
      ++kinds_;
      settings_.kind = key == "stream" ? ShareKind::kStream : ShareKind::kService;
      if (const auto subject = text(entry)) settings_.subject = *subject;
    } else if (is_one_of("response response_type", key)) {
      service_only_ = &entry;
      if (const auto type = text(entry)) read_response(*type, entry);
    } else if (is_one_of("threshold response_threshold response_max_time response_time", key)) {
      service_only_ = &entry;
      if (const auto duration = text(entry)) read_threshold(*duration, entry);
    } else if (key == "accounts") {
      read_accounts(entry.value);
    } else if (key == "account_token_position") {
      const auto* position = entry.value.get<int64_t>();
      if (position == nullptr || *position < 0) {
        return mistake(entry.value, "account_token_position needs the number of a token");
      }
      settings_.account_token = *position;
    } else if (key == "latency") {
      writer_.error(entry.key_place, "not supported yet: latency of services");
    } else if (key == "allow_trace") {
      refuse_tracing(entry);
    } else {
      unknown(entry, "an export",
              "stream, service, accounts, response_type, response_threshold and "
              "account_token_position");
    }
  }

  void read_response(std::string_view type, const ConfigEntry& entry) {
    const std::string name = lower_case(type);
    if (is_one_of("single singleton", name)) {
      settings_.response = ResponseType::kSingleton;
    } else if (name == "stream") {
      settings_.response = ResponseType::kStream;
    } else if (is_one_of("chunk chunked", name)) {
      settings_.response = ResponseType::kChunked;
    } else {
      writer_.error(entry.value.place,
                    "response_type " + in_quotes(type) + " is none of singleton, stream, chunked");
    }
  }

  void read_threshold(std::string_view text, const ConfigEntry& entry) {
    const auto duration = parse_go_duration(text);
    if (!duration || duration->count() < 0) {
      return writer_.error(entry.value.place,
                           in_quotes(text) + " is not a duration like \"2m\"");
    }
    if (duration->count() == 0) return;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
    settings_.response_threshold_ms = std::max<int64_t>(ms, 1);
  }

  void read_accounts(const ConfigValue& value) {
    const ConfigArray* names = list(value, "accounts needs a list of names");
    if (names == nullptr) return;
    auto& accounts = settings_.accounts.emplace();
    for (const ConfigValue& item : *names) {
      if (const auto* name = item.get<std::string>()) {
        accounts.push_back(*name);
      } else {
        mistake(item, "the name of an account is needed");
      }
    }
  }

  ExportSettings settings_;
  int kinds_ = 0;
  const ConfigEntry* service_only_ = nullptr;
};

// ---- Imports ------------------------------------------------------------------------------------

class ImportReader : SharingReader {
 public:
  using SharingReader::SharingReader;

  std::optional<ImportSettings> read(const ConfigValue& value) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      mistake(value, "an import is a block with stream or service");
      return std::nullopt;
    }
    for (const ConfigEntry& entry : map->entries) read_entry(entry);
    if (kinds_ == 0) writer_.error(value.place, "this import names no stream and no service");
    if (kinds_ > 1) writer_.error(value.place, "an import is of a stream or a service, not both");
    if (kinds_ != 1) return std::nullopt;
    if (settings_.account.empty() || settings_.subject.empty()) {
      writer_.error(source_, "an import needs the account and the subject it comes from");
      return std::nullopt;
    }
    const bool stream = settings_.kind == ShareKind::kStream;
    if (!settings_.prefix.empty() && !stream) {
      writer_.error(prefix_, "prefix is for streams: write to");
    } else if (!settings_.prefix.empty() && !settings_.to.empty()) {
      writer_.error(prefix_, "an import has a prefix or a to, not both");
      return std::nullopt;
    }
    return settings_;
  }

 private:
  void read_entry(const ConfigEntry& entry) {
    const std::string key = lower_case(entry.key);
    if (key == "stream" || key == "service") {
      ++kinds_;
      settings_.kind = key == "stream" ? ShareKind::kStream : ShareKind::kService;
      source_ = entry.value.place;
      read_source(entry.value);
    } else if (key == "prefix") {
      prefix_ = entry.value.place;
      if (const auto prefix = text(entry)) settings_.prefix = *prefix;
    } else if (key == "to") {
      if (const auto to = text(entry)) settings_.to = *to;
    } else if (key == "share") {
      if (const auto share = boolean(entry)) settings_.share = *share;
    } else if (key == "allow_trace") {
      refuse_tracing(entry);
    } else {
      unknown(entry, "an import", "stream, service, to, prefix and share");
    }
  }

  void read_source(const ConfigValue& value) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) return mistake(value, "an import needs a block with account and subject");
    for (const ConfigEntry& entry : map->entries) {
      const std::string key = lower_case(entry.key);
      if (key == "account") {
        if (const auto account = text(entry)) settings_.account = *account;
      } else if (key == "subject") {
        if (const auto subject = text(entry)) settings_.subject = *subject;
      } else {
        unknown(entry, "the source of an import", "account and subject");
      }
    }
  }

  ImportSettings settings_;
  int kinds_ = 0;
  Place source_;
  Place prefix_;
};

// ---- Mappings -----------------------------------------------------------------------------------

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

// ---- Limits -------------------------------------------------------------------------------------

class LimitReader : SharingReader {
 public:
  using SharingReader::SharingReader;

  AccountLimits read(const ConfigValue& value) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      mistake(value, "limits of an account are a block");
      return limits_;
    }
    for (const ConfigEntry& entry : map->entries) read_entry(entry);
    return limits_;
  }

 private:
  void read_entry(const ConfigEntry& entry) {
    const std::string key = lower_case(entry.key);
    if (is_one_of("max_connections max_conn", key)) {
      read_limit(entry, limits_.connections_max);
    } else if (is_one_of("max_subscriptions max_subs", key)) {
      read_limit(entry, limits_.subscriptions_max);
    } else if (is_one_of("max_payload max_pay", key)) {
      read_limit(entry, limits_.payload_bytes_max);
    } else if (is_one_of("max_leafnodes max_leafs", key)) {
      read_limit(entry, limits_.leafnodes_max);
    } else {
      unknown(entry, "limits",
              "max_connections, max_subscriptions, max_payload and max_leafnodes");
    }
  }

  void read_limit(const ConfigEntry& entry, int64_t& limit) {
    const auto* number = entry.value.get<int64_t>();
    if (number == nullptr) return mistake(entry.value, lower_case(entry.key) + " needs a number");
    if (*number < -1 || *number > std::numeric_limits<int32_t>::max()) {
      return writer_.error(entry.value.place, lower_case(entry.key) +
                                                  " is -1 (no limit) or a number of 31 bits");
    }
    limit = *number;
  }

  AccountLimits limits_;
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

}  // namespace

std::vector<ExportSettings> read_exports(const ConfigValue& value, OptionWriter& writer,
                                         std::vector<Place>& places) {
  return read_list<ExportReader, ExportSettings>(value, "exports", writer, places);
}

std::vector<ImportSettings> read_imports(const ConfigValue& value, OptionWriter& writer,
                                         std::vector<Place>& places) {
  return read_list<ImportReader, ImportSettings>(value, "imports", writer, places);
}

std::vector<MappingSettings> read_mappings(const ConfigValue& value, OptionWriter& writer,
                                           std::vector<Place>& places) {
  return MappingReader(writer).read(value, places);
}

AccountLimits read_account_limits(const ConfigValue& value, OptionWriter& writer) {
  return LimitReader(writer).read(value);
}

void check_wiring(const std::vector<AccountSettings>& accounts,
                  const std::vector<AccountPlaces>& places, OptionWriter& writer) {
  for (const WiringProblem& problem : wiring_problems(accounts)) {
    const AccountPlaces& at = places[problem.account];
    const std::vector<Place>& list = problem.part == WiringProblem::Part::kExport   ? at.exports
                                     : problem.part == WiringProblem::Part::kImport ? at.imports
                                                                                    : at.mappings;
    writer.error(list[problem.index], problem.message);
  }
}

}  // namespace antiphon
