// Reading the claims of tokens.
#include <algorithm>
#include <array>
#include <span>

#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_permission_names.h"

namespace antiphon::choria {
namespace {

// Every token has these; the claims of its kind follow them in the tables below.
enum StandardField : size_t {
  kPurpose,
  kTcs,
  kPublicKey,
  kIssExp,
  kIss,
  kSub,
  kExp,
  kNbf,
  kIat,
  kAud,
  kJti,
  kStandardFields
};
constexpr std::array<std::string_view, kStandardFields> kStandardNames = {
    "purpose", "tcs", "public_key", "issexp", "iss", "sub", "exp", "nbf", "iat", "aud", "jti"};

template <size_t N>
constexpr auto after_standard(const std::array<std::string_view, N>& own) {
  std::array<std::string_view, kStandardFields + N> names{};
  for (size_t i = 0; i < kStandardFields; ++i) names[i] = kStandardNames[i];
  for (size_t i = 0; i < N; ++i) names[kStandardFields + i] = own[i];
  return names;
}

enum ClientField : size_t {
  kCallerId,
  kAgents,
  kClientOu,
  kProperties,
  kOpa,
  kClientPermissions,
  kClientPub,
  kClientSub
};
constexpr auto kClientNames =
    after_standard<8>({"callerid", "agents", "ou", "user_properties", "opa_policy", "permissions",
                       "pub_subjects", "sub_subjects"});

enum ServerField : size_t { kIdentity, kCollectives, kServerPermissions, kServerOu, kServerPub };
constexpr auto kServerNames =
    after_standard<5>({"identity", "collectives", "permissions", "ou", "pub_subjects"});

enum ProvisioningField : size_t {
  kCht,
  kChs,
  kChu,
  kChsrv,
  kChpd,
  kChrd,
  kChf,
  kChusr,
  kChpwd,
  kExtensions,
  kProvisioningOu,
  kV2,
  kUpdate
};
constexpr auto kProvisioningNames =
    after_standard<13>({"cht", "chs", "chu", "chsrv", "chpd", "chrd", "chf", "chusr", "chpwd",
                        "extensions", "ou", "v2", "update"});

bool read_text(JsonCursor& json, std::string& out) {
  return json.read_string(out, kTokenTextBytesMax);
}

bool read_bool(JsonCursor& json, bool& out) {
  std::string_view raw;
  if (!json.read_raw(raw)) return false;
  if (raw != "true" && raw != "false") return json.fail(Fault::kWrongType);
  out = raw == "true";
  return true;
}

bool read_time(JsonCursor& json, std::optional<int64_t>& out) {
  int64_t unix_s = 0;
  if (!json.read_integer(unix_s)) return false;
  if (unix_s < kUnixSecondsMin || unix_s > kUnixSecondsMax) return json.fail(Fault::kBadValue);
  out = unix_s;
  return true;
}

bool read_texts(JsonCursor& json, std::vector<std::string>& out) {
  if (!json.begin_array()) return false;
  while (json.next_element()) {
    if (out.size() == kTokenEntriesMax) return json.fail(Fault::kTooLong);
    if (!read_text(json, out.emplace_back())) return false;
  }
  return json.ok();
}

bool read_properties(JsonCursor& json, std::vector<std::pair<std::string, std::string>>& out) {
  if (!json.begin_object()) return false;
  while (json.next_key()) {
    if (out.size() == kTokenEntriesMax) return json.fail(Fault::kTooLong);
    if (json.key().size() > kTokenTextBytesMax) return json.fail(Fault::kTooLong);
    auto& entry = out.emplace_back(std::string(json.key()), std::string());
    if (!read_text(json, entry.second)) return false;
  }
  if (!json.ok()) return false;
  std::sort(out.begin(), out.end());
  const auto twice = std::adjacent_find(
      out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
  return twice == out.end() || json.fail(Fault::kAmbiguousField);
}

template <typename Permissions, size_t N>
bool read_flags(JsonCursor& json, const std::array<PermissionName<Permissions>, N>& flags,
                std::optional<Permissions>& out) {
  std::array<std::string_view, N> names{};
  for (size_t i = 0; i < N; ++i) names[i] = flags[i].name;
  Permissions& permissions = out.emplace();
  return read_fields(json, names, 0, [&](size_t i) {
    return json.take_null() || read_bool(json, permissions.*flags[i].member);
  });
}

bool read_object(JsonCursor& json, std::string& out) {
  if (json.peek() != '{') return json.fail(Fault::kWrongType);
  std::string_view raw;
  if (!json.read_raw(raw)) return false;
  out.clear();
  return append_json_compact(raw, out) || json.fail(Fault::kNotJson);
}

// Nobody is asked for by it, but the reference takes no token in which it is anything else.
bool read_audience(JsonCursor& json) {
  std::vector<std::string> names;
  return json.peek() == '"' ? read_text(json, names.emplace_back()) : read_texts(json, names);
}

bool read_standard(JsonCursor& json, size_t field, StandardClaims& claims) {
  switch (field) {
    case kPurpose:
      return read_text(json, claims.purpose);
    case kTcs:
      return read_text(json, claims.chain_signature);
    case kPublicKey:
      return read_text(json, claims.public_key);
    case kIssExp:
      return read_time(json, claims.issuer_expires_at);
    case kIss:
      return read_text(json, claims.issuer);
    case kSub:
      return read_text(json, claims.subject);
    case kExp:
      return read_time(json, claims.expires_at);
    case kNbf:
      return read_time(json, claims.not_before);
    case kIat:
      return read_time(json, claims.issued_at);
    case kAud:
      return read_audience(json);
    default:
      return read_text(json, claims.id);
  }
}

bool read_client(JsonCursor& json, size_t field, ClientClaims& claims) {
  switch (field) {
    case kCallerId:
      return read_text(json, claims.caller_id);
    case kAgents:
      return read_texts(json, claims.agents);
    case kClientOu:
      return read_text(json, claims.organization);
    case kProperties:
      return read_properties(json, claims.user_properties);
    case kOpa:
      return json.read_string(claims.opa_policy, kTokenBytesMax);
    case kClientPermissions:
      return read_flags(json, kClientPermissionNames, claims.permissions);
    case kClientPub:
      return read_texts(json, claims.publish_subjects);
    default:
      return read_texts(json, claims.subscribe_subjects);
  }
}

bool read_server(JsonCursor& json, size_t field, ServerClaims& claims) {
  switch (field) {
    case kIdentity:
      return read_text(json, claims.identity);
    case kCollectives:
      return read_texts(json, claims.collectives);
    case kServerPermissions:
      return read_flags(json, kServerPermissionNames, claims.permissions);
    case kServerOu:
      return read_text(json, claims.organization);
    default:
      return read_texts(json, claims.publish_subjects);
  }
}

bool read_provisioning(JsonCursor& json, size_t field, ProvisioningClaims& claims) {
  switch (field) {
    case kCht:
      return read_text(json, claims.token);
    case kChs:
      return read_bool(json, claims.secure);
    case kChu:
      return read_text(json, claims.urls);
    case kChsrv:
      return read_text(json, claims.srv_domain);
    case kChpd:
      return read_bool(json, claims.by_default);
    case kChrd:
      return read_text(json, claims.registration_file);
    case kChf:
      return read_text(json, claims.facts_file);
    case kChusr:
      return read_text(json, claims.user);
    case kChpwd:
      return read_text(json, claims.password);
    case kExtensions:
      return read_object(json, claims.extensions_json);
    case kProvisioningOu:
      return read_text(json, claims.organization);
    case kV2:
      return read_bool(json, claims.protocol_v2);
    default:
      return read_bool(json, claims.allow_update);
  }
}

template <typename Claims, typename ReadOwn>
Problem parse_claims(std::string_view text, FieldNames names, Claims& claims, ReadOwn read_own) {
  claims = Claims{};
  return parse_fields(text, names, 0, [&](JsonCursor& json, size_t field) {
    if (json.take_null()) return true;
    if (field < kStandardFields) return read_standard(json, field, claims.standard);
    return read_own(json, field - kStandardFields, claims);
  });
}

}  // namespace

Problem parse_standard_claims(std::string_view text, StandardClaims& claims) {
  claims = StandardClaims{};
  return parse_fields(text, kStandardNames, 0, [&](JsonCursor& json, size_t field) {
    return json.take_null() || read_standard(json, field, claims);
  });
}

Problem parse_client_claims(std::string_view text, ClientClaims& claims) {
  return parse_claims(text, kClientNames, claims, read_client);
}

Problem parse_server_claims(std::string_view text, ServerClaims& claims) {
  return parse_claims(text, kServerNames, claims, read_server);
}

Problem parse_provisioning_claims(std::string_view text, ProvisioningClaims& claims) {
  return parse_claims(text, kProvisioningNames, claims, read_provisioning);
}

}  // namespace antiphon::choria
