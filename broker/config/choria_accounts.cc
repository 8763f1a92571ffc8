#include "broker/config/choria_accounts.h"

#include <utility>

#include "broker/config/choria_dialect_options.h"

namespace antiphon {
namespace {

constexpr const char* kLifecycle = "choria.lifecycle.>";
constexpr const char* kElectionInfo = "$JS.API.STREAM.INFO.KV_CHORIA_LEADER_ELECTION";
constexpr const char* kElectionKey = "$KV.CHORIA_LEADER_ELECTION.provisioner";
// As those in `provisioning` call it: not $JS.API, where nothing of theirs is.
constexpr const char* kElectionInfoThere = "choria.streams.STREAM.INFO.KV_CHORIA_LEADER_ELECTION";
constexpr const char* kElectionKeyThere = "choria.streams.$KV.CHORIA_LEADER_ELECTION.provisioner";

ExportSettings offer(ShareKind kind, const char* subject, std::string_view to) {
  ExportSettings shared;
  shared.kind = kind;
  shared.subject = subject;
  shared.accounts = {std::string(to)};
  return shared;
}

ImportSettings take(ShareKind kind, std::string_view from, const char* subject, const char* to) {
  ImportSettings import;
  import.kind = kind;
  import.account = from;
  import.subject = subject;
  import.to = to;
  return import;
}

// Nobody on either side can reach more than these.
void connect(AccountOptions& choria, AccountOptions& provisioning) {
  provisioning.exports = {offer(ShareKind::kStream, kLifecycle, choria.name)};
  choria.imports = {take(ShareKind::kStream, provisioning.name, kLifecycle, "")};
  choria.exports = {offer(ShareKind::kService, kElectionInfo, provisioning.name),
                    offer(ShareKind::kService, kElectionKey, provisioning.name)};
  provisioning.imports = {
      take(ShareKind::kService, choria.name, kElectionInfo, kElectionInfoThere),
      take(ShareKind::kService, choria.name, kElectionKey, kElectionKey),
      take(ShareKind::kService, choria.name, kElectionKey, kElectionKeyThere)};
}

AccountOptions named(std::string_view name) {
  AccountOptions account;
  account.name = name;
  return account;
}

}  // namespace

std::vector<AccountOptions> choria_accounts(bool has_provisioning) {
  AccountOptions choria = named(kChoriaAccountName);
  std::vector<AccountOptions> accounts;
  if (has_provisioning) {
    AccountOptions provisioning = named(kProvisioningAccountName);
    connect(choria, provisioning);
    accounts.push_back(std::move(provisioning));
  }
  accounts.insert(accounts.begin(), named(kChoriaSystemAccountName));
  accounts.insert(accounts.begin(), std::move(choria));
  return accounts;
}

}  // namespace antiphon
