// Server: taking over a changed configuration.
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "broker/auth/account_rules.h"
#include "broker/config/operator_files.h"
#include "broker/config/option_diff.h"
#include "broker/config/tls_names.h"
#include "broker/monitor/monitor_server.h"
#include "broker/server/files.h"
#include "broker/server/server.h"
#include "broker/server/session_settings.h"
#include "broker/session/close.h"
#include "broker/session/connect.h"
#include "broker/session/reload.h"
#include "broker/system/event_feed.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

// Clients of whom the system account is told in one portion.
constexpr size_t kToldPerPortion = 256;

bool names_key_files(const ChoriaOptions& choria) {
  return !choria.client_signers.empty() || !choria.server_signers.empty() ||
         !choria.provisioning_signer_file.empty();
}

bool credentials_differ(const BrokerOptions& before, const BrokerOptions& after) {
  // Files of signers' keys may hold others now.
  return before.authorization != after.authorization || before.choria != after.choria ||
         before.tls.verify_and_map != after.tls.verify_and_map || names_key_files(after.choria);
}

bool tells_clients_something_new(const ServerInfo& before, const ServerInfo& after) {
  return after.max_payload != before.max_payload || after.lame_duck != before.lame_duck ||
         after.host != before.host || after.port != before.port;
}

// Closes up to `surplus` connections, and returns how many it closed.
int64_t close_surplus(Shard& shard, int64_t surplus) {
  int64_t closed = 0;
  shard.sessions.for_each([&](Session& session) {
    if (closed == surplus || session.is_closing() || session.in_process) return;
    close_with_error(shard, session, error_text::kMaximumConnections,
                     CloseReason::kMaximumConnections);
    ++closed;
  });
  return closed;
}

}  // namespace

// When this returns every shard works by the new settings.
void Server::adopt_settings(const std::shared_ptr<const SessionSettings>& settings,
                            bool credentials_changed) {
  int64_t surplus = settings->connections_max == 0
                        ? 0
                        : connections() - std::max<int64_t>(settings->connections_max, 0);
  for (auto& thread : threads_) {
    ReloadEffects effects;
    effects.credentials = credentials_changed;
    std::vector<SessionId> left;
    surplus -= ask_shard(*thread, [&](Shard& shard) {
      effects.info = tells_clients_something_new(shard.settings->info, settings->info);
      effects.trust = shard.settings->tls != settings->tls;
      shard.adopt(settings);
      const int64_t closed = surplus > 0 ? close_surplus(shard, surplus) : 0;
      left = judge_again(shard, effects);
      return closed;
    });
    while (!left.empty()) {
      ask_shard(*thread, [&](Shard& shard) {
        judge_some(shard, effects, left);
        return left.size();
      });
    }
  }
}

// In portions, and no faster than the feed tells them: none is to be dropped because there are many.
void Server::tell_who_stays() {
  // Relaxed: who comes meanwhile is told of anyhow, once or twice.
  const uint64_t last = counts_.last_client_id.load(std::memory_order_relaxed);
  for (auto& thread : threads_) {
    bool more = true;
    for (size_t first = 0; more; first += kToldPerPortion) {
      events_->await_room(kToldPerPortion);
      more = ask_shard(*thread, [&](Shard& shard) {
        return shard.sessions.visit_some(first, kToldPerPortion, [&](Session& session) {
          if (session.client_id.value <= last) tell_it_stays(shard, session);
        });
      });
    }
  }
}

absl::Status Server::reload(BrokerOptions options, std::string config_digest) {
  const std::vector<OptionChange> changes = option_changes(*options_, options);
  for (const OptionChange& change : changes) {
    if (change.option->reloadable) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("config reload not supported for ", std::string(change.option->name), " (",
                     change.before, " to ", change.after, "): restart to change it"));
  }
  auto settings = make_session_settings(options, server_info(options), accounts_, identity_, audit_);
  if (!settings.ok()) return settings.status();
  if (audit_ != nullptr) {
    const absl::Status opened = audit_->open(options.choria.audit_file);
    if (!opened.ok()) return opened;
  }
  if (monitor_ != nullptr) {
    const absl::Status used = monitor_->use_certificate(tls_settings(options.tls));
    if (!used.ok()) return used;
  }
  const bool credentials_changed = credentials_differ(*options_, options);
  {
    const std::lock_guard lock(mutex_);
    options_ = std::make_shared<const BrokerOptions>(std::move(options));
    config_digest_ = std::move(config_digest);
    config_load_ns_ = wall_now_ns();
    tls_ = (*settings)->tls;
    accounts_ = (*settings)->accounts;
  }
  pending_budget_->set_max(pending_total_bytes(*options_));
  adopt_settings(*settings, credentials_changed);
  tell_who_stays();
  for (const OptionChange& change : changes) {
    log_.info(absl::StrCat("Reloaded: ", std::string(change.option->name), " = ", change.after));
  }
  return absl::OkStatus();
}

std::string Server::keep_account(const std::string& nkey, const std::string& jwt) {
  const std::string folder = options()->authorization.operator_mode.resolver.directory;
  std::error_code ignored;  // what cannot be made cannot be written to
  std::filesystem::create_directories(folder, ignored);
  const absl::Status status = replace_file(folder + "/" + nkey + ".jwt", jwt);
  if (!status.ok()) {
    log_.error("Cannot keep the JWT of an account: " + std::string(status.message()));
    return "it cannot be written";
  }
  {
    const std::lock_guard lock(mutex_);
    pushed_accounts_.insert(nkey);
    removed_accounts_.erase(nkey);
  }
  const std::string problem = wait_for_accounts();
  return problem.empty() ? "" : "it is kept, but does not count yet: " + problem;
}

// Whoever changed them is told when it counts.
std::string Server::wait_for_accounts() { return asked_accounts_.ask(origin_.accounts_changed); }

void Server::reload_accounts() {
  asked_accounts_.begin();
  std::set<std::string> pushed;
  {
    const std::lock_guard lock(mutex_);
    pushed.swap(pushed_accounts_);
  }
  const absl::Status status = load_accounts(pushed);
  if (!status.ok()) {
    log_.error("Cannot load the accounts again: " + std::string(status.message()));
    const std::lock_guard lock(mutex_);
    pushed_accounts_.merge(pushed);  // for the next time
  }
  asked_accounts_.end(std::string(status.message()));
}

absl::Status Server::load_accounts(const std::set<std::string>& pushed) {
  BrokerOptions options = *options_;
  std::set<std::string> removed;
  {
    const std::lock_guard lock(mutex_);
    removed = removed_accounts_;
  }
  OperatorOptions& mode = options.authorization.operator_mode;
  mode.deleted.assign(removed.begin(), removed.end());  // users of earlier ones went when they did
  for (const std::string& nkey : removed) {
    mode.accounts.erase(nkey);
    mode.claims.erase(nkey);
  }
  const OperatorProblems problems =
      load_pushed_accounts(options.authorization, system_config_inputs(), pushed);
  for (const OptionProblem& warning : problems.warnings) {
    log_.warning(absl::StrCat(std::string(warning.option), ": ", warning.message));
  }
  for (const OptionProblem& error : problems.errors) {
    return absl::InvalidArgumentError(absl::StrCat(std::string(error.option), ": ", error.message));
  }
  auto settings = std::make_shared<SessionSettings>(*threads_.front()->shard().settings);
  const absl::Status status = add_accounts(options, accounts_, identity_, audit_, *settings);
  if (!status.ok()) return status;
  {
    const std::lock_guard lock(mutex_);
    options_ = std::make_shared<const BrokerOptions>(std::move(options));
    accounts_ = settings->accounts;
    // Only now: after a load that failed the next one is to forget them.
    for (const std::string& nkey : removed) removed_accounts_.erase(nkey);
  }
  adopt_settings(settings, true);
  log_.info("Accounts were loaded again");
  return absl::OkStatus();
}

int64_t Server::sharing_changes_s() const {
  return options_->authorization.operator_mode.sharing_changes_s;
}

void Server::renew_sharing(int64_t now_s) {
  BrokerOptions options = *options_;
  renew_operator_sharing(options.authorization, now_s);
  auto settings = std::make_shared<SessionSettings>(*threads_.front()->shard().settings);
  settings->account_rules = make_account_rules(sharing_of(options.authorization), accounts_);
  {
    const std::lock_guard lock(mutex_);
    options_ = std::make_shared<const BrokerOptions>(std::move(options));
  }
  adopt_settings(settings, false);
  log_.info("What accounts share has changed: an account or an activation of an import began or ended");
}

absl::Status Server::reopen_files() {
  return audit_ == nullptr ? absl::OkStatus() : audit_->open(options_->choria.audit_file);
}

}  // namespace antiphon
