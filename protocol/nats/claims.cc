#include "protocol/nats/claims.h"

#include <utility>

#include "protocol/nats/callout_claims_json.h"
#include "protocol/nats/claims_json.h"
#include "protocol/nats/limits.h"
#include "protocol/nats/sharing_claims_json.h"
#include "protocol/nats/user_limits_json.h"

namespace antiphon {
namespace {

using claims_json::element;
using claims_json::read_flag;
using claims_json::read_integer;
using claims_json::read_list;
using claims_json::read_object;
using claims_json::read_text;
using claims_json::read_texts;

bool read_key(element value, NkeyPrefix prefix, Ed25519PublicKey& key) {
  std::string text;
  Nkey nkey;
  if (!read_text(value, text) || decode_nkey(text, nkey) != NkeyFault::kNone) return false;
  if (nkey.prefix != prefix) return false;
  key = nkey.key;
  return true;
}

// What every kind says of itself: in `nats`, or in version 1 beside it, where the version is not said.
struct Envelope {
  std::string type;
  int64_t version = 0;
  std::vector<std::string> tags;
  std::optional<Ed25519PublicKey> issuer_account;
};

bool read_envelope(element value, Envelope& envelope) {
  constexpr std::array<std::string_view, 4> kNames = {"type", "version", "tags", "issuer_account"};
  return read_object(value, kNames, [&](size_t field, element part) {
    switch (field) {
      case 0: return read_text(part, envelope.type);
      case 1: return read_integer(part, envelope.version);
      case 2: return read_texts(part, envelope.tags);
      default: return read_key(part, NkeyPrefix::kAccount, envelope.issuer_account.emplace());
    }
  });
}

struct Kind {
  std::string_view type;
  NkeyPrefix subject;
  NkeyPrefix issuer;
  bool may_be_untyped = false;
};

JwtFault check_kind(const Jwt& jwt, const Envelope& envelope, const Kind& kind) {
  const bool is_of_type =
      envelope.type == kind.type || (kind.may_be_untyped && envelope.type.empty());
  return is_of_type && envelope.version == jwt.version ? JwtFault::kNone : JwtFault::kWrongType;
}

// Takes the claims apart: the standard ones, the envelope, and `nats` for read_nats. The JSON's
// memory lasts only as long as this call.
template <typename ReadNats>
JwtFault read_claims(const Jwt& jwt, NkeyPrefix subject_prefix, StandardClaims& standard,
                     Envelope& envelope, ReadNats read_nats) {
  simdjson::dom::parser parser;
  if (parser.allocate(jwt.claims.size(), kJsonDepthMax)) return JwtFault::kBadClaims;
  element document;
  if (parser.parse(jwt.claims).get(document) != simdjson::SUCCESS) return JwtFault::kBadClaims;
  constexpr std::array<std::string_view, 8> kNames = {"iss", "sub", "name", "iat",
                                                      "exp", "nbf", "aud",  "nats"};
  std::string issuer, subject;
  std::optional<element> nats;
  const bool read = read_object(document, kNames, [&](size_t field, element value) {
    switch (field) {
      case 0: return read_text(value, issuer);
      case 1: return read_text(value, subject);
      case 2: return read_text(value, standard.name);
      case 3: return read_integer(value, standard.issued_s);
      case 4: return read_integer(value, standard.expires_s);
      case 5: return read_integer(value, standard.not_before_s);
      case 6: return read_text(value, standard.audience);
      default: nats = value; return true;
    }
  });
  if (!read) return JwtFault::kBadClaims;
  Nkey key;
  if (decode_nkey(issuer, key) != NkeyFault::kNone) return JwtFault::kBadIssuer;
  standard.issuer = key.key;
  standard.issuer_prefix = key.prefix;
  if (decode_nkey(subject, key) != NkeyFault::kNone || key.prefix != subject_prefix) {
    return JwtFault::kBadSubject;
  }
  standard.subject = key.key;
  if (!nats || !read_envelope(jwt.version == 1 ? document : *nats, envelope)) {
    return JwtFault::kBadClaims;
  }
  if (jwt.version == 1) envelope.version = 1;
  standard.tags = envelope.tags;
  return read_nats(*nats);
}

JwtFault check_signature(const Jwt& jwt, const StandardClaims& standard) {
  return ed25519_verify(standard.issuer, jwt.signed_text, jwt.signature) ? JwtFault::kNone
                                                                         : JwtFault::kBadSignature;
}

// ---- Accounts ------------------------------------------------------------------------------------

bool read_scope(element value, AccountClaims::SigningKey& signing_key) {
  constexpr std::array<std::string_view, 3> kNames = {"kind", "key", "template"};
  std::string kind;
  bool has_key = false;
  UserLimits limits;
  const bool read = read_object(value, kNames, [&](size_t field, element part) {
    if (field == 0) return read_text(part, kind);
    if (field == 1) return has_key = read_key(part, NkeyPrefix::kAccount, signing_key.key);
    return read_user_limits(part, limits);
  });
  if (!read || !has_key || kind != "user_scope") return false;
  signing_key.scope = std::move(limits);
  return true;
}

bool read_signing_key(element value, AccountClaims& claims) {
  AccountClaims::SigningKey& signing_key = claims.signing_keys.emplace_back();
  if (value.is_object()) return read_scope(value, signing_key);
  return read_key(value, NkeyPrefix::kAccount, signing_key.key);
}

bool read_account_limits(element value, AccountClaims& claims) {
  constexpr std::array<std::string_view, 7> kNames = {
      "conn", "subs", "payload", "disallow_bearer", "imports", "exports", "wildcards"};
  return read_object(value, kNames, [&](size_t field, element part) {
    switch (field) {
      case 0: return read_integer(part, claims.connections_max);
      case 1: return read_integer(part, claims.subscriptions_max);
      case 2: return read_integer(part, claims.payload_bytes_max);
      case 3: return read_flag(part, claims.disallow_bearer);
      case 4: return read_integer(part, claims.imports_max);
      case 5: return read_integer(part, claims.exports_max);
      default: return read_flag(part, claims.wildcard_exports);
    }
  });
}

bool read_account(element nats, const Envelope&, AccountClaims& claims) {
  constexpr std::array<std::string_view, 8> kNames = {
      "signing_keys", "revocations", "default_permissions", "limits",
      "exports",      "imports",     "authorization",       "mappings"};
  return read_object(nats, kNames, [&](size_t field, element value) {
    switch (field) {
      case 0:
        return read_list(value, [&](element key) { return read_signing_key(key, claims); });
      case 1: return read_revocations(value, claims.revocations);
      case 2: return read_jwt_permissions(value, claims.default_permissions);
      case 3: return read_account_limits(value, claims);
      case 4: return read_export_claims(value, claims.exports);
      case 5: return read_import_claims(value, claims.imports);
      case 6: return read_callout_claims(value, claims.callout);
      default: return read_mapping_claims(value, claims.mappings);
    }
  });
}

// ---- Operators -----------------------------------------------------------------------------------

bool read_operator(element nats, const Envelope&, OperatorClaims& claims) {
  constexpr std::array<std::string_view, 3> kNames = {"signing_keys", "system_account",
                                                      "strict_signing_key_usage"};
  return read_object(nats, kNames, [&](size_t field, element value) {
    switch (field) {
      case 0:
        return read_list(value, [&](element key) {
          return read_key(key, NkeyPrefix::kOperator, claims.signing_keys.emplace_back());
        });
      case 1: return read_key(value, NkeyPrefix::kAccount, claims.system_account.emplace());
      default: return read_flag(value, claims.strict_signing_keys);
    }
  });
}

// ---- Users, activations, answers about users -----------------------------------------------------

// What a user of version 1 is not limited in is not said.
bool read_user(element nats, const Envelope& envelope, UserClaims& claims) {
  claims.issuer_account = envelope.issuer_account;
  if (envelope.version == 1) {
    claims.limits.subscriptions_max = kNoJwtLimit;
    claims.limits.payload_bytes_max = kNoJwtLimit;
    claims.limits.data_bytes_max = kNoJwtLimit;
  }
  return read_user_limits(nats, claims.limits);
}

bool read_activation(element nats, const Envelope& envelope, ActivationClaims& claims) {
  claims.issuer_account = envelope.issuer_account;
  const std::array<std::string_view, 2> names = {"subject", envelope.version == 1 ? "type" : "kind"};
  bool has_kind = false;
  const bool read = read_object(nats, names, [&](size_t field, element value) {
    if (field == 0) return read_text(value, claims.imported);
    return has_kind = read_share_kind(value, claims.kind);
  });
  return read && has_kind;
}

bool read_response(element nats, const Envelope& envelope, AuthorizationResponseClaims& claims) {
  claims.issuer_account = envelope.issuer_account;
  constexpr std::array<std::string_view, 2> kNames = {"jwt", "error"};
  const bool read = read_object(nats, kNames, [&](size_t field, element value) {
    return read_text(value, field == 0 ? claims.user_jwt : claims.error);
  });
  return read && claims.user_jwt.empty() != claims.error.empty();
}

bool read_deletion(element nats, const Envelope&, DeletionClaims& claims) {
  constexpr std::array<std::string_view, 1> kNames = {"accounts"};
  return read_object(nats, kNames, [&](size_t, element value) {
    std::vector<Ed25519PublicKey> keys;
    const bool all_good = read_list(value, [&keys](element item) {
      return read_key(item, NkeyPrefix::kAccount, keys.emplace_back());
    });
    if (all_good) claims.accounts = std::move(keys);
    return true;
  });
}

// ---- Any of them ---------------------------------------------------------------------------------

template <typename Claims>
JwtFault decode(std::string_view text, Kind kind,
                bool (*read)(element, const Envelope&, Claims&), Claims& claims) {
  Jwt jwt;
  JwtFault fault = open_jwt(text, jwt);
  if (fault != JwtFault::kNone) return fault;
  claims = {};
  Envelope envelope;
  fault = read_claims(jwt, kind.subject, claims.standard, envelope, [&](element nats) {
    const JwtFault wrong_kind = check_kind(jwt, envelope, kind);
    if (wrong_kind != JwtFault::kNone) return wrong_kind;
    return read(nats, envelope, claims) ? JwtFault::kNone : JwtFault::kBadClaims;
  });
  if (fault != JwtFault::kNone) return fault;
  if (claims.standard.issuer_prefix != kind.issuer) return JwtFault::kBadIssuer;
  return check_signature(jwt, claims.standard);
}

}  // namespace

JwtFault decode_user_jwt(std::string_view text, UserClaims& claims) {
  return decode(text, {"user", NkeyPrefix::kUser, NkeyPrefix::kAccount}, read_user, claims);
}

JwtFault decode_account_jwt(std::string_view text, AccountClaims& claims) {
  return decode(text, {"account", NkeyPrefix::kAccount, NkeyPrefix::kOperator}, read_account,
                claims);
}

JwtFault decode_operator_jwt(std::string_view text, OperatorClaims& claims) {
  return decode(text, {"operator", NkeyPrefix::kOperator, NkeyPrefix::kOperator}, read_operator,
                claims);
}

JwtFault decode_activation_jwt(std::string_view text, ActivationClaims& claims) {
  return decode(text, {"activation", NkeyPrefix::kAccount, NkeyPrefix::kAccount}, read_activation,
                claims);
}

JwtFault decode_deletion_jwt(std::string_view text, DeletionClaims& claims) {
  // Tools of today write no type at all.
  constexpr bool kMayBeUntyped = true;
  return decode(text, {"generic", NkeyPrefix::kOperator, NkeyPrefix::kOperator, kMayBeUntyped},
                read_deletion, claims);
}

JwtFault decode_authorization_response(std::string_view text,
                                       AuthorizationResponseClaims& claims) {
  return decode(text, {"authorization_response", NkeyPrefix::kUser, NkeyPrefix::kAccount},
                read_response, claims);
}

}  // namespace antiphon
