// Server: what the system account has it do.
#include <absl/strings/str_cat.h>

#include <filesystem>
#include <system_error>

#include "broker/server/server.h"
#include "broker/session/close.h"
#include "broker/session/open.h"

namespace antiphon {
namespace {

// Calls deed(Shard&, Session&) for the client, on its shard. Returns whether there is one.
template <typename Deed>
bool on_client(std::vector<std::unique_ptr<ShardThread>>& threads, uint64_t client_id, Deed deed) {
  for (auto& thread : threads) {
    const bool found = ask_shard(*thread, [client_id, &deed](Shard& shard) {
      bool is_here = false;
      shard.sessions.for_each([&](Session& session) {
        if (session.client_id.value != client_id || session.is_closing()) return;
        is_here = true;
        deed(shard, session);
      });
      return is_here;
    });
    if (found) return true;
  }
  return false;
}

// One that is not there is removed.
std::error_code remove_jwt(const std::string& path, AccountDeletion deletion) {
  std::error_code error;
  if (deletion == AccountDeletion::kForGood) {
    std::filesystem::remove(path, error);
  } else {
    std::filesystem::rename(path, path + ".deleted", error);
  }
  return error == std::errc::no_such_file_or_directory ? std::error_code() : error;
}

}  // namespace

std::string Server::reload_configuration() {
  log_.info("A client of the system account asks for a reload");
  return asked_reload_.ask(origin_.reload_wanted);
}

std::string Server::kick(uint64_t client_id) {
  const bool found = on_client(threads_, client_id, [](Shard& shard, Session& session) {
    close_session(shard, session, CloseReason::kKicked);
  });
  if (!found) return "no such client or leafnode id";
  log_.info(absl::StrCat("A client of the system account has kicked client ", client_id));
  return {};
}

std::string Server::tell_lame_duck(uint64_t client_id) {
  bool understands = false;
  const bool found = on_client(threads_, client_id, [&](Shard& shard, Session& session) {
    understands = session.knows_async_info && session.first_pong_sent;
    if (understands) send_info(shard, session, InfoKind::kLameDuck);
  });
  if (!found) return "no such client id";
  return understands ? "" : "client does not support Lame Duck Mode or is not ready to receive the "
                            "notification";
}

std::vector<std::string> Server::remove_accounts(const std::vector<std::string>& nkeys) {
  const auto known = options();
  const ResolverOptions& resolver = known->authorization.operator_mode.resolver;
  std::vector<std::string> failures;
  size_t removed = 0;
  for (const std::string& nkey : nkeys) {
    const std::string path = resolver.directory + "/" + nkey + ".jwt";
    if (const std::error_code error = remove_jwt(path, resolver.deletion)) {
      log_.error(absl::StrCat("Cannot remove the JWT of an account: ", path, ": ", error.message()));
      failures.push_back("the JWT of " + nkey + " cannot be removed");
      continue;
    }
    ++removed;
    const std::lock_guard lock(mutex_);
    removed_accounts_.insert(nkey);
    pushed_accounts_.erase(nkey);
  }
  const std::string problem = wait_for_accounts();
  if (!problem.empty()) failures.resize(failures.size() + removed, "it does not count yet: " + problem);
  return failures;
}

}  // namespace antiphon
