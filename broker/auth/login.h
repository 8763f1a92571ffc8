// One login: what is known of the connection, and what came out of it.
//
// MODEL: a client's CONNECT and the ConnectionFacts go to the Authenticator; it answers with a
// Verdict. What a reload must look at again is kept as a LoginRecord, as little as will do.
// SHARD: any; values, but for LoginRecord, which its session owns.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/auth/peer_certificate.h"
#include "broker/auth/permissions.h"
#include "broker/runtime/strong_id.h"
#include "protocol/nats/connect_options.h"
#include "protocol/nats/connection_kind.h"

namespace antiphon {

// On what occasion somebody is judged, or why one who was let in goes.
enum class LoginEvent : uint8_t {
  kLogin,
  kConnectAgain,  // another CONNECT
  kReload,        // a new configuration
  kExpired,       // its login has ended
  kClosed,        // it was let in, but is not served: what else it asked for cannot be had
};

struct ConnectionFacts {
  LoginEvent event = LoginEvent::kLogin;
  ConnectionKind kind = ConnectionKind::kStandard;
  std::array<uint8_t, 16> ip{};  // IPv4 as an IPv4-mapped IPv6 address
  bool is_tls = false;
  // Only one that the authorities vouch for; none where nobody was asked for one.
  PeerCertificate verified_certificate;
  std::string nonce;     // what INFO told this client; empty: none
  int64_t wall_ns = 0;   // now, since 1970
  uint64_t client_id = 0;
  uint16_t port = 0;
  // Only for authenticators that ask a service, which is told of it.
  std::string host;
  std::string tls_version;  // "1.3"
  std::string tls_cipher;
  // The verified certificate and those that vouch for it, up to the first one of the authorities. It costs
  // public-key operations: whoever decides calls it, on whatever thread. Null where no certificate was shown.
  std::function<std::vector<PeerCertificate>()> verified_chain;
};

// What a client was granted.
struct Grant {
  AccountId account = kGlobalAccount;
  std::string account_name = "$G";
  std::string user;  // as shown in monitoring; empty when none was needed
  std::string public_key;  // the nkey that the client proved to hold, or empty
  std::shared_ptr<const Permissions> permissions;  // null: may do everything
};

// What a login leaves behind, so that a reload can judge it again and its end is known. Each
// authenticator has its own kinds. Never logged or shown.
class LoginRecord {
 public:
  virtual ~LoginRecord() = default;
  virtual std::unique_ptr<LoginRecord> copy() const = 0;

  int64_t expires_ns = 0;  // wall clock; from then on the client must go. 0: never
  bool account_expires = false;  // that is the end of its account, not its own
  // Below zero: no limit but the server's.
  int64_t subscriptions_max = -1;
  int64_t payload_bytes_max = -1;
};

// Why somebody who was let in must go; at a first login strangers learn nothing of it. But who is a user of a
// full account is told so in any case.
enum class Refusal : uint8_t { kViolation, kExpired, kAccountExpired, kRevoked, kNotPinned, kAccountFull };

struct CalloutQuestion;  // callout_exchange.h

struct Verdict {
  Verdict();
  Verdict(Verdict&&) noexcept;
  Verdict& operator=(Verdict&&) noexcept;
  ~Verdict();

  bool allowed = false;
  Refusal refusal = Refusal::kViolation;
  bool needs_no_proof = false;  // a bearer token: who has it may use it
  Grant grant;
  // Null: the connection by itself says everything (nobody needs credentials, or its certificate
  // is one), so that it is judged again as if it had sent none.
  std::unique_ptr<LoginRecord> record;
  // Not null: not decided yet. A service is asked this, and what it answers decides.
  std::unique_ptr<CalloutQuestion> callout;
  // Why it was refused, for the log: never a secret, nothing a stranger wrote.
  std::string reason;
  // Of a refused login: the public key its JWT is about, for those who want to hear of it; nobody has
  // vouched for it. Empty: it showed none that is whole.
  std::string claimed_key;
  // Of a login that an auth callout service refused, or did not judge: the service's account, whose
  // people hear of it, and why.
  std::optional<AccountId> refused_by;
};

Verdict refused(std::string reason);

// How long a decision takes, and so where it is made.
enum class LoginCost : uint8_t {
  kQuick,  // some lookups
  kBrief,  // signatures: a tenth of a millisecond
  kLong,   // password hashes: tens of milliseconds and more
};

// Whether CONNECT names anything that says who the client is.
bool has_credentials(const ConnectOptions& options);

}  // namespace antiphon
