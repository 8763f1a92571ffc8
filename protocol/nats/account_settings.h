// What an account gives to other accounts, takes from them, and bounds, as configurations say it.
//
// MODEL: a stream is messages that the exporting account publishes and importing ones read; a service is
// requests that importing accounts send and the exporting one answers. Nothing crosses unless one
// side exports it and the other imports it. SEE: account_wiring.h checks them together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace antiphon {

enum class ShareKind : uint8_t { kStream, kService };

// How many messages answer one request of a service.
enum class ResponseType : uint8_t {
  kSingleton,
  kStream,   // any number; an empty one is the last
  kChunked,  // the same on the wire; told apart for whoever reads the configuration
};

struct ExportSettings {
  static constexpr int64_t kThresholdDefaultMs = 120'000;

  ShareKind kind = ShareKind::kStream;
  std::string subject;
  std::optional<std::vector<std::string>> accounts;  // none: every account may import it
  int64_t account_token = 0;  // > 0: that token of what is imported must be the importer's name
  ResponseType response = ResponseType::kSingleton;
  int64_t response_threshold_ms = kThresholdDefaultMs;  // so long a reply is waited for
  bool operator==(const ExportSettings&) const = default;
};

struct ImportSettings {
  ShareKind kind = ShareKind::kStream;
  std::string account;  // that exports it
  std::string subject;  // there
  std::string to;       // here; empty: the same, behind `prefix`
  std::string prefix;   // of streams
  bool share = false;   // the service learns who asks
  bool operator==(const ImportSettings&) const = default;
};

struct MappingDestination {
  std::string subject;
  int64_t weight = 100;  // of 100
  bool operator==(const MappingDestination&) const = default;
};

// What clients publish to `subject` goes to one of these instead. What is missing of 100 stays
// where it is, unless `subject` is a destination itself: then it is lost.
struct MappingSettings {
  std::string subject;
  std::vector<MappingDestination> destinations;
  bool operator==(const MappingSettings&) const = default;
};

struct AccountLimits {
  static constexpr int64_t kNone = -1;

  int64_t connections_max = kNone;
  int64_t subscriptions_max = kNone;  // of each connection
  int64_t payload_bytes_max = kNone;
  int64_t leafnodes_max = kNone;
  bool operator==(const AccountLimits&) const = default;
};

struct AccountSettings {
  std::string name;
  std::vector<ExportSettings> exports;
  std::vector<ImportSettings> imports;
  std::vector<MappingSettings> mappings;
  AccountLimits limits;
  bool operator==(const AccountSettings&) const = default;
};

}  // namespace antiphon
