// Server: taking over a changed configuration.
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/config/option_diff.h"
#include "broker/server/server.h"
#include "broker/server/session_settings.h"
#include "broker/session/account_limits.h"
#include "broker/session/close.h"
#include "broker/session/connect.h"
#include "broker/session/open.h"
#include "protocol/nats/error_text.h"

namespace antiphon {
namespace {

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
    if (closed == surplus || session.is_closing()) return;
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
    surplus -= ask_shard(*thread, [&](Shard& shard) {
      const bool tell = tells_clients_something_new(shard.settings->info, settings->info);
      shard.adopt(settings);
      const int64_t closed = surplus > 0 ? close_surplus(shard, surplus) : 0;
      shard.sessions.for_each([&](Session& session) {
        if (session.is_closing()) return;
        if (session.can_receive() && !has_pinned_key(shard, session)) {
          return close_session(shard, session, CloseReason::kTlsHandshakeFailure);
        }
        if (credentials_changed) authenticate_again(shard, session);
        if (!session.is_closing()) close_if_surplus(shard, session);
        if (tell && session.knows_async_info && session.first_pong_sent) {
          send_info(shard, session, InfoKind::kUpdate);
        }
      });
      return closed;
    });
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
  auto settings = make_session_settings(options, server_info(options), accounts_, audit_);
  if (!settings.ok()) return settings.status();
  if (audit_ != nullptr) {
    const absl::Status opened = audit_->open(options.choria.audit_file);
    if (!opened.ok()) return opened;
  }
  const bool credentials_changed = credentials_differ(*options_, options);
  {
    const std::lock_guard lock(mutex_);
    options_ = std::make_shared<const BrokerOptions>(std::move(options));
    config_digest_ = std::move(config_digest);
    config_load_ns_ = wall_now_ns();
    tls_ = (*settings)->tls;
  }
  pending_budget_->set_max(pending_total_bytes(*options_));
  accounts_ = (*settings)->accounts;
  adopt_settings(*settings, credentials_changed);
  for (const OptionChange& change : changes) {
    log_.info(absl::StrCat("Reloaded: ", std::string(change.option->name), " = ", change.after));
  }
  return absl::OkStatus();
}

absl::Status Server::reopen_files() {
  return audit_ == nullptr ? absl::OkStatus() : audit_->open(options_->choria.audit_file);
}

}  // namespace antiphon
