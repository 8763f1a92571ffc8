#include "broker/config/nats_account_sharing.h"

#include <algorithm>

#include "broker/config/duration.h"
#include "broker/config/nats_sharing_reader.h"

namespace antiphon {
namespace {

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
      service_only_ = &entry;
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

}  // namespace

std::vector<ExportSettings> read_exports(const ConfigValue& value, OptionWriter& writer,
                                         std::vector<Place>& places) {
  return read_list<ExportReader, ExportSettings>(value, "exports", writer, places);
}

}  // namespace antiphon
