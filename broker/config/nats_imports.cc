#include "broker/config/nats_account_sharing.h"

#include "broker/config/nats_sharing_reader.h"

namespace antiphon {
namespace {

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

}  // namespace

std::vector<ImportSettings> read_imports(const ConfigValue& value, OptionWriter& writer,
                                         std::vector<Place>& places) {
  return read_list<ImportReader, ImportSettings>(value, "imports", writer, places);
}

}  // namespace antiphon
