// What the JWTs of operators, accounts and users say.
//
// MODEL: each decode_*() takes a whole JWT, checks form, kind, keys and signature, and reads the
// claims. It does not judge: time, revocation, and whether the issuer is to be trusted are for
// broker/auth.
// FORMAT: versions 1 and 2 of nats-io/jwt.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/nats/jwt.h"
#include "protocol/nats/nkey.h"
#include "protocol/nats/permission_settings.h"
#include "protocol/nats/sharing_claims.h"
#include "protocol/nats/xkey.h"

namespace antiphon {

inline constexpr int64_t kNoJwtLimit = -1;

struct StandardClaims {
  Ed25519PublicKey issuer{};
  NkeyPrefix issuer_prefix = NkeyPrefix::kAccount;
  Ed25519PublicKey subject{};
  std::string name;
  std::string audience;
  std::vector<std::string> tags;
  int64_t issued_s = 0;
  int64_t expires_s = 0;  // 0: never
  int64_t not_before_s = 0;
  bool operator==(const StandardClaims&) const = default;
};

// Subjects as they are written: those of a template have places to be filled in.
struct JwtPermissions {
  std::vector<std::string> publish_allow;
  std::vector<std::string> publish_deny;
  std::vector<std::string> subscribe_allow;  // "subject" or "subject queue"
  std::vector<std::string> subscribe_deny;
  std::optional<ResponseRule> responses;
  bool empty() const {
    return publish_allow.empty() && publish_deny.empty() && subscribe_allow.empty() &&
           subscribe_deny.empty() && !responses;
  }
  bool operator==(const JwtPermissions&) const = default;
};

struct TimeRange {
  std::string start;  // "15:04:05"
  std::string end;
  bool operator==(const TimeRange&) const = default;
};

// What a user may do and how it may come; of a user itself, or a template for those that a scoped
// signing key has signed.
struct UserLimits {
  JwtPermissions permissions;
  std::vector<std::string> sources;  // "10.0.0.0/8"
  std::vector<TimeRange> times;
  std::string times_location;  // "Europe/Berlin"; empty: the machine's
  int64_t subscriptions_max = 0;  // kNoJwtLimit: none
  int64_t payload_bytes_max = 0;
  int64_t data_bytes_max = 0;  // read because it makes a scoped user's claims not empty
  bool bearer_token = false;
  bool proxy_required = false;
  std::vector<std::string> connection_types;
  bool operator==(const UserLimits&) const = default;
};

struct UserClaims {
  StandardClaims standard;
  std::optional<Ed25519PublicKey> issuer_account;  // where a signing key signed: for whom
  UserLimits limits;
};

// A service that decides who an account's users are.
struct CalloutClaims {
  std::vector<Ed25519PublicKey> auth_users;  // who run it; without any there is none
  std::vector<Ed25519PublicKey> allowed_accounts;  // where it may place users, beside its own
  bool any_account = false;
  std::optional<XkeyPublic> xkey;  // questions are sealed for it
  bool is_on() const { return !auth_users.empty(); }
};

struct AccountClaims {
  StandardClaims standard;
  struct SigningKey {
    Ed25519PublicKey key{};
    std::optional<UserLimits> scope;  // its users may do this, and must ask for nothing
    bool operator==(const SigningKey&) const = default;
  };
  std::vector<SigningKey> signing_keys;
  std::map<std::string, int64_t> revocations;  // user nkey or "*" -> those issued until then
  JwtPermissions default_permissions;
  // Absent ones are zero, and zero allows nothing.
  int64_t connections_max = 0;
  int64_t subscriptions_max = 0;
  int64_t payload_bytes_max = 0;
  bool disallow_bearer = false;
  // How much of what follows the operator lets the account have.
  int64_t imports_max = 0;
  int64_t exports_max = 0;
  bool wildcard_exports = false;
  std::vector<ExportClaims> exports;
  std::vector<ImportClaims> imports;
  std::vector<MappingSettings> mappings;
  CalloutClaims callout;
};

// What a service says of a client it was asked about (auth callout): a user's JWT, or why not.
struct AuthorizationResponseClaims {
  StandardClaims standard;  // the subject is the user's key of the request, the audience the server's
  std::optional<Ed25519PublicKey> issuer_account;  // where a signing key signed: for whom
  std::string user_jwt;
  std::string error;  // one of both is empty
};

// An account's word that another one may import what it exports to nobody else.
struct ActivationClaims {
  StandardClaims standard;  // subject: the account that may import
  std::optional<Ed25519PublicKey> issuer_account;  // where a signing key signed: for whom
  ShareKind kind = ShareKind::kStream;
  std::string imported;  // subject
};

// An operator's word that servers shall forget these accounts.
struct DeletionClaims {
  StandardClaims standard;  // the operator itself, or a signing key of it, is subject and issuer
  std::optional<std::vector<Ed25519PublicKey>> accounts;  // nothing: they are not named as they must be
};

struct OperatorClaims {
  StandardClaims standard;
  std::vector<Ed25519PublicKey> signing_keys;
  std::optional<Ed25519PublicKey> system_account;
  bool strict_signing_keys = false;  // the operator's own key signs no accounts
};

// The signature is checked last. claims are unspecified after a fault.
[[nodiscard]] JwtFault decode_user_jwt(std::string_view text, UserClaims& claims);
[[nodiscard]] JwtFault decode_account_jwt(std::string_view text, AccountClaims& claims);
[[nodiscard]] JwtFault decode_operator_jwt(std::string_view text, OperatorClaims& claims);
[[nodiscard]] JwtFault decode_activation_jwt(std::string_view text, ActivationClaims& claims);
[[nodiscard]] JwtFault decode_deletion_jwt(std::string_view text, DeletionClaims& claims);
[[nodiscard]] JwtFault decode_authorization_response(std::string_view text,
                                                     AuthorizationResponseClaims& claims);

}  // namespace antiphon
