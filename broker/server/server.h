// The network broker as a whole: builds the parts, connects them, starts and stops them.
//
// THREADS: one per shard, the handshake and password pools, monitoring, logging; everything public
// here is called on the control thread (the one that waits for signals), except ServerView's
// functions, which monitoring calls, and InProcessBroker's.
// LIFETIME: the destructor stops everything and waits.
#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/auth/server_identity.h"
#include "broker/config/broker_options.h"
#include "broker/monitor/server_view.h"
#include "broker/net/in_process_broker.h"
#include "broker/server/asked_reload.h"
#include "broker/server/audit_log.h"
#include "broker/server/lame_duck.h"
#include "broker/server/shard_outlet.h"
#include "broker/server/shard_thread.h"
#include "broker/session/callout_table.h"
#include "broker/system/server_control.h"

namespace antiphon {

class EventFeed;
class MonitorServer;
class SystemServices;

// Where the options came from, for the log and the ports file.
struct ServerOrigin {
  std::string program = "nats-server";  // basename of the executable as it was called
  std::string config_path;              // empty: none
  std::string config_digest;
  // Called on a thread of the server when reload_accounts() has something to do.
  std::function<void()> accounts_changed = [] {};
  // The same when there is a reload to do: between begin_asked_reload() and end_asked_reload().
  std::function<void()> reload_wanted = [] {};
};

class Server final : public ServerView, public InProcessBroker, private ServerControl {
 public:
  // Starts everything; when this returns, clients can connect. The log is configured by the caller.
  static absl::StatusOr<std::unique_ptr<Server>> start(BrokerOptions options, ServerOrigin origin,
                                                       Log& log);
  ~Server() override;

  // Takes over what may change while running; refuses as a whole when anything else differs.
  absl::Status reload(BrokerOptions options, std::string config_digest);

  // Around a reload that reload_wanted has called for; `problem`: what went wrong, or empty.
  void begin_asked_reload() { asked_reload_.begin(); }
  void end_asked_reload(const std::string& problem) { asked_reload_.end(problem); }

  // Takes over the JWTs of accounts that were pushed or deleted since, and nothing else; whoever waits for
  // it is told what came of it.
  void reload_accounts();

  // When what accounts share changes by the clock alone; seconds since 1970, 0: never.
  int64_t sharing_changes_s() const;
  // Makes it anew of what was loaded.
  void renew_sharing(int64_t now_s);

  // Opens files that are appended to again, after somebody has set them aside; the log is not one.
  absl::Status reopen_files();

  // Stops accepting, tells clients, and closes them little by little. No-op when under way.
  void begin_lame_duck();
  bool is_lame_duck() const { return lame_duck_.has_value(); }
  // Call from time to time while lame: does what is due. Returns whether all is done.
  bool continue_lame_duck();

  uint16_t port() const { return port_; }
  // As INFO tells it to clients: a way back to this broker.
  std::string client_url() const;

  // InProcessBroker
  Transport connect_in_process() override;

  // What monitoring shows beside the broker from now on; null: nothing.
  void set_companion(std::shared_ptr<Companion> companion);

  // ServerView
  ServerFacts facts() const override;
  std::shared_ptr<const BrokerOptions> options() const override;
  int64_t connections() const override;
  std::vector<AccountFacts> accounts() override;
  std::vector<AccountFigures> account_figures() override;
  uint64_t total_connections() const override;
  std::vector<ShardFacts> shards(const std::string& account) override;
  std::vector<SessionFacts> sessions(WithSubscriptions with,
                                     const std::function<bool(const Session&)>& keep) override;
  uint64_t subscribers(const SubscriberQuery& query) override;
  std::deque<SessionFacts> closed_sessions(WithSubscriptions with) const override;
  std::string health() override;
  std::shared_ptr<Companion> companion() const override;

 private:
  // How long who asks for a reload, or brings a JWT, waits for the control thread at most.
  static constexpr std::chrono::seconds kReloadWaitMax{60};
  static constexpr std::chrono::seconds kAccountsWaitMax{5};

  Server(BrokerOptions options, ServerOrigin origin, Log& log);

  absl::Status open();
  absl::StatusOr<std::vector<Listener>> open_listeners();
  absl::Status start_monitoring();
  absl::Status write_files();
  ServerInfo server_info(const BrokerOptions& options) const;
  void tell_shutdown();
  void log_start() const;
  void log_listening() const;
  absl::Status load_accounts(const std::set<std::string>& pushed);
  // ServerControl
  std::string reload_configuration() override;
  std::string kick(uint64_t client_id) override;
  std::string tell_lame_duck(uint64_t client_id) override;
  std::string keep_account(const std::string& nkey, const std::string& jwt) override;
  std::vector<std::string> remove_accounts(const std::vector<std::string>& nkeys) override;
  // Has the control thread load the accounts again, and waits for it. What went wrong, or empty.
  std::string wait_for_accounts();
  void adopt_settings(const std::shared_ptr<const SessionSettings>& settings,
                      bool credentials_changed);
  // As nats-server does after each reload: the system account hears of all clients as if they came again.
  void tell_who_stays();

  // Monitoring comes before the shards run, and may not ask them until then. Returns whether they do; not
  // where the start has failed.
  bool wait_until_serving() const;

  enum class Phase : uint8_t { kStarting, kServing, kFailed };
  void enter(Phase phase);
  std::atomic<Phase> phase_{Phase::kStarting};

  Log& log_;
  const ServerOrigin origin_;
  const std::shared_ptr<const ServerIdentity> identity_;
  const std::string server_id_;
  const int64_t start_ns_;

  mutable std::mutex mutex_;  // guards what a reload replaces and monitoring reads
  std::shared_ptr<const BrokerOptions> options_;
  std::string config_digest_;
  int64_t config_load_ns_;
  std::shared_ptr<const TlsContext> tls_;  // null: no TLS
  std::set<std::string> removed_accounts_;  // which the next load is to forget
  std::set<std::string> pushed_accounts_;   // which it is to read from the resolver's folder
  std::shared_ptr<Companion> companion_;
  std::vector<std::string> accounts_;  // by AccountId; changed by the control thread alone

  const std::shared_ptr<AuditLog> audit_;  // null: not Choria's dialect

  uint16_t port_ = 0;
  std::string ports_file_;
  ServerCounts counts_;
  CalloutTable callouts_;
  std::unique_ptr<ClosedSessions> closed_sessions_;
  std::unique_ptr<Mesh> mesh_;
  std::unique_ptr<PendingBudget> pending_budget_;
  std::unique_ptr<WorkPool> slow_work_;
  AskedReload asked_reload_{kReloadWaitMax};
  AskedReload asked_accounts_{kAccountsWaitMax};
  std::unique_ptr<SystemServices> system_;
  std::unique_ptr<EventFeed> events_;
  std::vector<std::unique_ptr<ShardThread>> threads_;
  ShardOutlet outlet_{threads_};
  std::unique_ptr<HandshakePool> handshakes_;
  std::unique_ptr<MonitorServer> monitor_;
  std::atomic<uint16_t> http_port_{0};
  std::atomic<uint16_t> https_port_{0};

  std::optional<LameDuck> lame_duck_;
  std::vector<std::pair<size_t, SessionId>> lame_duck_order_;  // thread index, session
  size_t lame_duck_closed_ = 0;
  std::atomic<bool> lame_{false};
};

}  // namespace antiphon
