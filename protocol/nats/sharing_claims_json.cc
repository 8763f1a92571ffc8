#include "protocol/nats/sharing_claims_json.h"

#include <algorithm>

namespace antiphon {
namespace {

using claims_json::element;
using claims_json::kEntriesMax;
using claims_json::read_flag;
using claims_json::read_integer;
using claims_json::read_list;
using claims_json::read_object;
using claims_json::read_text;

constexpr int64_t kWholeWeight = 100;

bool read_response(element value, ExportClaims& shared) {
  std::string text;
  if (!read_text(value, text)) return false;
  if (text == "Stream") {
    shared.response = ResponseType::kStream;
  } else if (text == "Chunked") {
    shared.response = ResponseType::kChunked;
  } else {
    shared.response_is_known = text.empty() || text == "Singleton";
  }
  return true;
}

bool read_export(element value, ExportClaims& shared) {
  constexpr std::array<std::string_view, 8> kNames = {
      "subject",       "type",          "token_req",          "revocations",
      "response_type", "response_threshold", "service_latency", "account_token_position"};
  bool has_kind = false;
  const bool read = read_object(value, kNames, [&](size_t field, element part) {
    switch (field) {
      case 0: return read_text(part, shared.subject);
      case 1: return has_kind = read_share_kind(part, shared.kind);
      case 2: return read_flag(part, shared.needs_activation);
      case 3: return read_revocations(part, shared.revocations);
      case 4: return read_response(part, shared);
      case 5: return read_integer(part, shared.threshold_ns) && shared.threshold_ns >= 0;
      case 6: shared.measures_latency = true; return part.is_object();
      default: return read_integer(part, shared.account_token) && shared.account_token >= 0;
    }
  });
  return read && has_kind;
}

bool read_import(element value, ImportClaims& import) {
  constexpr std::array<std::string_view, 7> kNames = {"subject", "account",       "token", "to",
                                                      "type",    "local_subject", "share"};
  bool has_kind = false;
  const bool read = read_object(value, kNames, [&](size_t field, element part) {
    switch (field) {
      case 0: return read_text(part, import.subject);
      case 1: return read_text(part, import.account);
      case 2: return read_text(part, import.activation);
      case 3: return read_text(part, import.to);
      case 4: return has_kind = read_share_kind(part, import.kind);
      case 5: return read_text(part, import.local_subject);
      default: return read_flag(part, import.share);
    }
  });
  return read && has_kind;
}

bool read_destination(element value, MappingSettings& mapping) {
  constexpr std::array<std::string_view, 3> kNames = {"subject", "weight", "cluster"};
  MappingDestination destination;
  destination.weight = 0;
  std::string cluster;
  const bool read = read_object(value, kNames, [&](size_t field, element part) {
    if (field == 0) return read_text(part, destination.subject);
    if (field == 1) return read_integer(part, destination.weight);
    return read_text(part, cluster);
  });
  if (!read || destination.weight < 0 || destination.weight > kWholeWeight) return false;
  if (destination.weight == 0) destination.weight = kWholeWeight;
  if (cluster.empty()) mapping.destinations.push_back(std::move(destination));
  return true;
}

}  // namespace

bool is_revoked(const RevocationClaims& revocations, const std::string& nkey, int64_t issued_s) {
  for (const std::string& key : {nkey, std::string("*")}) {
    const auto found = revocations.find(key);
    if (found != revocations.end() && issued_s <= found->second) return true;
  }
  return false;
}

bool read_revocations(element value, RevocationClaims& revocations) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return false;
  for (const auto [key, field] : object) {
    int64_t until_s = 0;
    if (!read_integer(field, until_s)) return false;
    // The later one counts if a key comes twice: nobody is let in by writing it again.
    int64_t& known = revocations.try_emplace(std::string(key), until_s).first->second;
    known = std::max(known, until_s);
  }
  return true;
}

bool read_share_kind(element value, ShareKind& kind) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) return false;
  const bool is_service = text == "service";
  kind = is_service ? ShareKind::kService : ShareKind::kStream;
  return is_service || text == "stream";
}

bool read_export_claims(element value, std::vector<ExportClaims>& all) {
  return read_list(value, [&](element item) { return read_export(item, all.emplace_back()); });
}

bool read_import_claims(element value, std::vector<ImportClaims>& all) {
  return read_list(value, [&](element item) { return read_import(item, all.emplace_back()); });
}

bool read_mapping_claims(element value, std::vector<MappingSettings>& all) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS || object.size() > kEntriesMax) return false;
  for (const auto [subject, destinations] : object) {
    MappingSettings mapping;
    mapping.subject = std::string(subject);
    const bool read = read_list(destinations, [&](element destination) {
      return read_destination(destination, mapping);
    });
    if (!read) return false;
    if (!mapping.destinations.empty()) all.push_back(std::move(mapping));
  }
  return true;
}

}  // namespace antiphon
