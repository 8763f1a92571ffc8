// Decides who a connection to a Choria broker is and what it may do: all rules, in their order.
//
// MODEL: a pure function of the policy (what the configuration says), the connection (what the
// broker knows of it), its credentials (what CONNECT says) and the time. The rules, from the top;
// the first whose condition holds decides, and no later one helps who fails in it:
//   1. without TLS nobody from the network comes in                       kTlsRequired
//   2. the user name `provisioner`                                        kProvisioner
//   3. the system user's name                                             kSystemUser
//   4. the own process                                                    kInProcess
//   5. a token, by its purpose                      kClientToken, kServerToken, kUnprovisioned
//      of any other purpose                                               kOtherToken
//   6. no verified certificate                                            kNoCredentials
//   7. a certificate where client_hosts is set, of an address not listed  kServerByAddress
//   8. a certificate beside issuers           kMessagingCertificate, or kTokenRequired without CA
//   9. any other certificate                                              kCertificate
// Whom a rule lets in is refused all the same who asks for an account: the rule says which it is.
// SOURCE: go-choria 0.29.4; where a rule is stricter than the
// reference, ChoriaPolicy has the switch and docs/security.md the reason.
// SHARD: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/auth/choria_grants.h"
#include "protocol/bytes/address_list.h"
#include "protocol/choria/token_trust.h"

namespace antiphon {

inline constexpr std::string_view kProvisionerUser = "provisioner";

// SECRETS: passwords.
struct ChoriaPolicy {
  choria::TokenTrust trust;  // of clients' and servers' tokens; issuers vouch for provisioning too
  choria::TokenTrust provisioning_trust;   // the signer of provisioning tokens
  bool has_certificate_authority = false;  // beside issuers: clients that only publish and read
  AddressList client_hosts;
  bool deny_server_connections = false;
  std::string system_user;  // empty: nobody is
  std::string system_password;
  std::string provisioner_password;  // empty: no provisioning, and no such account
  bool provisioner_without_token = false;
  // What the reference does and we do only if told so.
  bool demote_client_hosts = false;        // a list makes servers of the listed addresses too
  bool provisioner_without_nonce = false;  // the provisioner's token is believed without its key
  bool provisioner_without_certificate = false;  // where the token may be left out: so may this
};

enum class ChoriaConnectionKind : uint8_t { kClient, kLeaf, kInProcess };

struct ChoriaConnection {
  ChoriaConnectionKind kind = ChoriaConnectionKind::kClient;
  bool is_tls = false;
  bool certificate_is_verified = false;
  std::string certificate_name;  // who it is for, to show; decides nothing
  IpBytes ip{};
  std::string nonce;
};

// SECRETS: all texts but user.
struct ChoriaCredentials {
  std::string_view user;
  std::string_view password;
  std::string_view token;
  std::string_view signature;     // of the nonce
  bool asks_for_account = false;  // CONNECT names one, or wants a new one
};

enum class ChoriaRule : uint8_t {
  kTlsRequired,
  kProvisioner,
  kSystemUser,
  kInProcess,
  kClientToken,
  kServerToken,
  kUnprovisioned,
  kOtherToken,
  kNoCredentials,
  kServerByAddress,
  kMessagingCertificate,
  kTokenRequired,
  kCertificate,
  kCount,
};

// Why a rule lets nobody in.
enum class ChoriaRefusal : uint8_t {
  kNone,
  kNoTls,
  kNotConfigured,
  kWrongPassword,
  kNoCertificate,
  kNoToken,
  kTokenFault,  // ChoriaDecision::fault says which
  kNotAClientsToken,
  kNotPermittedByToken,
  kNotAClientConnection,
  kOnlyUnverified,
  kUnsafeNames,
  kUnknownPurpose,
  kAsksForAccount,
  kChangedSince,  // only on a reload
  kCount,
};

// What was shown, and decided on.
enum class ChoriaCredentialKind : uint8_t { kNone, kInProcess, kCertificate, kPassword, kToken };

struct ChoriaDecision {
  bool allowed = false;
  ChoriaRule rule = ChoriaRule::kNoCredentials;
  ChoriaRefusal refusal = ChoriaRefusal::kNone;
  choria::TokenFault fault = choria::TokenFault::kNone;
  ChoriaCredentialKind credential = ChoriaCredentialKind::kNone;
  // Caller id, identity, user name or certificate's name. Of a token that was refused: what the
  // token claims, not proven.
  std::string name;
  std::string organization;
  // The token's own id and who it says made it, as claimed as the name. Not kept for a reload.
  std::string token_id;
  std::string token_issuer;
  ChoriaGrant grant;                      // if allowed
  std::optional<int64_t> expires_at;      // unix seconds, if allowed
  std::vector<std::string_view> granted;  // the names of what was granted, if allowed
};

[[nodiscard]] ChoriaDecision decide_choria(const ChoriaPolicy& policy,
                                           const ChoriaConnection& connection,
                                           const ChoriaCredentials& credentials,
                                           int64_t now_unix_s);

// The same for explanations, where there is no connection: as if the client had its token's seed
// and knew the password. Never for a login.
[[nodiscard]] ChoriaDecision explain_choria(const ChoriaPolicy& policy,
                                            const ChoriaConnection& connection,
                                            const ChoriaCredentials& credentials,
                                            int64_t now_unix_s);

// `client_token`: as records and metrics name it.
std::string_view choria_rule_name(ChoriaRule rule);
// A sentence on what the rule is for.
std::string_view choria_rule_text(ChoriaRule rule);
std::string_view choria_credential_name(ChoriaCredentialKind kind);
// Why it was refused, a sentence that holds nothing of the credentials; empty if it was allowed.
std::string_view choria_refusal_text(const ChoriaDecision& decision);

}  // namespace antiphon
