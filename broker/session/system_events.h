// What happens to clients and accounts, told to whoever listens in the system account.
//
// MODEL: the shard looks whether anybody listens: one match for each event, and nothing more where nobody
// does. It offers a copy of the facts; the text is made and published outside the shards.
// WHY refusals twice: operators hear of them in the system account, an account's own people in theirs.
// SECURITY: a copy holds what monitoring shows of a client; passwords, tokens and JWTs are no part of it.
// SHARD: home for the functions, any for SystemEvents.
#pragma once

#include <string>
#include <string_view>

#include "broker/auth/login.h"
#include "broker/session/session_facts.h"
#include "broker/session/shard.h"
#include "protocol/nats/connect_options.h"

namespace antiphon {

struct ClientEvent {
  enum class Kind : uint8_t {
    kConnected,
    kDisconnected,
    kRefused,           // its credentials were not accepted
    kRefusedInAccount,  // the same, for the account's own people
  };
  Kind kind = Kind::kConnected;
  ShardId shard{};  // where it is published
  AccountId account{};
  std::string account_name;
  std::string account_tag;  // what people call it
  SessionFacts facts;  // without subscriptions
  std::string reason;  // empty: that of `facts`
  int64_t wall_ns = 0;
};

class SystemEvents {
 public:
  virtual ~SystemEvents() = default;
  // One that is too many is dropped and counted.
  virtual void client_event(ClientEvent event) = 0;
  // How many clients the account has is not what it was.
  virtual void connections_changed(AccountId account) = 0;
};

// Subjects of nats-server; `account` as it is called in subjects.
std::string connect_event_subject(std::string_view account);
std::string disconnect_event_subject(std::string_view account);
std::string connections_event_subject(std::string_view account);
std::string old_connections_event_subject(std::string_view account);
std::string server_event_subject(std::string_view server_id, std::string_view what);
inline constexpr std::string_view kRefusedInAccountSubject = "$SYS.ACCOUNT.CLIENT.AUTH.ERR";

// Whether anybody gets what is published there, on whatever shard.
bool is_listened_to(Shard& shard, AccountId account, std::string_view subject);
// The same in the system account; false where there is none.
bool is_listened_to_by_system(Shard& shard, std::string_view subject);

void tell_connected(Shard& shard, const Session& session);
// REQUIRES: it has ended. Also of those who never came into an account: then it is $G's, as in nats-server.
void tell_disconnected(Shard& shard, const Session& session);
// `named`: the CONNECT that was refused, or null when there was none.
void tell_refused(Shard& shard, Session& session, const ConnectOptions* named,
                  const Verdict& verdict);
void tell_connections(Shard& shard, AccountId account);

}  // namespace antiphon
