#include "broker/config/operator_sharing.h"

#include <algorithm>
#include <utility>

#include "broker/config/config_text.h"
#include "protocol/nats/account_claims_check.h"
#include "protocol/nats/account_wiring.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr int64_t kNanosecondsPerMs = 1'000'000;

// An account's own connections and figures, and who subscribes within it.
std::vector<ExportSettings> system_services() {
  std::vector<ExportSettings> services;
  for (const char* about_itself : {"$SYS.REQ.ACCOUNT.*.CONNZ", "$SYS.REQ.ACCOUNT.*.STATZ"}) {
    ExportSettings& service = services.emplace_back();
    service.subject = about_itself;
    service.account_token = 4;
    service.response = ResponseType::kStream;
  }
  services.emplace_back().subject = "$SYS.DEBUG.SUBSCRIBERS";
  for (ExportSettings& service : services) service.kind = ShareKind::kService;
  return services;
}

class Sharing {
 public:
  Sharing(const AccountClaimsByNkey& accounts, int64_t now_s, const std::string& system_account)
      : claims_(accounts), now_s_(now_s), system_account_(system_account) {}

  OperatorSharing make() && {
    for (const auto& [nkey, claims] : claims_) {
      indexes_[nkey] = all_.accounts.size();
      all_.accounts.push_back(exporting(nkey, *claims));
      changes_at(claims->standard.expires_s);
    }
    export_system_services();
    for (const auto& [nkey, claims] : claims_) {
      for (const ImportClaims& import : claims->imports) add_import(nkey, import);
    }
    for (const WiringProblem& problem : wiring_problems(all_.accounts)) {
      if (!is_unapproved_export(problem)) report(all_.accounts[problem.account].name, problem.message);
    }
    return std::move(all_);
  }

 private:
  void report(const std::string& account, std::string message) {
    all_.problems.push_back({account, std::move(message)});
  }

  // Nobody has shown an activation for it yet: nothing that anybody must mend.
  bool is_unapproved_export(const WiringProblem& problem) const {
    if (problem.part != WiringProblem::Part::kExport) return false;
    const ExportSettings& shared = all_.accounts[problem.account].exports[problem.index];
    return shared.accounts && shared.accounts->empty();
  }

  AccountSettings exporting(const std::string& nkey, const AccountClaims& claims) {
    AccountSettings account;
    account.name = nkey;
    account.mappings = claims.mappings;
    account.limits.connections_max =
        claims.connections_max < 0 ? AccountLimits::kNone : claims.connections_max;
    for (const ExportClaims& shared : claims.exports) {
      ExportSettings settings;
      settings.kind = shared.kind;
      settings.subject = shared.subject;
      settings.account_token = shared.account_token;
      settings.response = shared.response;
      if (shared.threshold_ns > 0) {
        settings.response_threshold_ms = (shared.threshold_ns - 1) / kNanosecondsPerMs + 1;
      }
      // A token that names the importer is proof enough.
      if (shared.needs_activation && shared.account_token == 0) settings.accounts.emplace();
      if (shared.measures_latency) {
        report(nkey, "not supported yet: measuring the latency of " + in_quotes(shared.subject));
      }
      account.exports.push_back(std::move(settings));
    }
    return account;
  }

  bool imports_system_services() const {
    const auto imports_some = [this](const auto& account) {
      return std::any_of(account.second->imports.begin(), account.second->imports.end(),
                         [this](const ImportClaims& import) {
                           return import.kind == ShareKind::kService && import.account == system_account_;
                         });
    };
    return std::any_of(claims_.begin(), claims_.end(), imports_some);
  }

  // What the system account exports beside its JWT, as in nats-server, where somebody asks for any of it: behind
  // what the JWT says, which may export the same to more accounts.
  void export_system_services() {
    const auto system = indexes_.find(system_account_);
    if (system == indexes_.end() || !imports_system_services()) return;
    auto& exports = all_.accounts[system->second].exports;
    for (const ExportSettings& always : system_services()) {
      const bool is_exported = std::any_of(exports.begin(), exports.end(), [&](const ExportSettings& shared) {
        return shared.kind == always.kind && subject_covers(shared.subject, always.subject);
      });
      if (!is_exported) exports.push_back(always);
    }
  }

  void add_import(const std::string& importer, const ImportClaims& import) {
    ImportSettings settings;
    settings.kind = import.kind;
    settings.account = import.account;
    settings.subject = import.there();
    settings.share = import.share;
    settings.to = import.local_subject;
    if (import.kind == ShareKind::kStream) {
      settings.prefix = import.to;
    } else if (!import.to.empty()) {
      settings.to = import.subject;
    }
    const auto exporter = indexes_.find(import.account);
    if (exporter != indexes_.end()) {
      const size_t shared = deciding_export(all_.accounts[exporter->second], settings);
      const ExportSettings* decides = at(exporter->second, shared);
      if (decides != nullptr && decides->accounts &&
          !approve(importer, import, exporter->second, shared)) {
        return;
      }
    }
    all_.accounts[indexes_.at(importer)].imports.push_back(std::move(settings));
  }

  const ExportSettings* at(size_t account, size_t index) const {
    const auto& exports = all_.accounts[account].exports;
    return index < exports.size() ? &exports[index] : nullptr;
  }

  // JWTs do not export what another of their exports covers, so that there is one at most.
  static size_t deciding_export(const AccountSettings& exporter, const ImportSettings& import) {
    const auto found = std::find_if(
        exporter.exports.begin(), exporter.exports.end(), [&](const ExportSettings& shared) {
          return shared.kind == import.kind && subject_covers(shared.subject, import.subject);
        });
    return static_cast<size_t>(found - exporter.exports.begin());
  }

  bool approve(const std::string& importer, const ImportClaims& import, size_t exporter,
               size_t index) {
    const AccountClaims& of = *claims_.at(import.account);
    ActivationClaims activation;
    std::string fault = "it has no activation";
    if (!import.activation.empty()) fault = fault_of(import, importer, of, index, activation);
    if (!fault.empty()) {
      report(importer, "cannot import " + in_quotes(import.there()) + " of account " +
                           import.account + ": " + fault);
      return false;
    }
    auto& approved = *all_.accounts[exporter].exports[index].accounts;
    if (std::find(approved.begin(), approved.end(), importer) == approved.end()) {
      approved.push_back(importer);
    }
    changes_at(activation.standard.expires_s);
    return true;
  }

  std::string fault_of(const ImportClaims& import, const std::string& importer,
                       const AccountClaims& of, size_t index, ActivationClaims& activation) {
    if (std::string fault = activation_problem(import, importer, activation); !fault.empty()) {
      return fault;
    }
    const Ed25519PublicKey& signer = activation.standard.issuer;
    const bool by_signing_key = std::any_of(
        of.signing_keys.begin(), of.signing_keys.end(),
        [&](const AccountClaims::SigningKey& known) { return known.key == signer; });
    if (signer != of.standard.subject &&
        (!by_signing_key || activation.issuer_account != of.standard.subject)) {
      return "its activation is signed by no key of that account";
    }
    const StandardClaims& times = activation.standard;
    if (times.expires_s != 0 && times.expires_s <= now_s_) return "its activation has expired";
    if (times.not_before_s > now_s_) {
      changes_at(times.not_before_s);
      return "its activation is not valid yet";
    }
    if (is_revoked(of.exports[index].revocations, importer, times.issued_s)) {
      return "its activation is revoked";
    }
    return {};
  }

  void changes_at(int64_t when_s) {
    if (when_s != 0 && (all_.changes_s == 0 || when_s < all_.changes_s)) all_.changes_s = when_s;
  }

  const AccountClaimsByNkey& claims_;
  const int64_t now_s_;
  const std::string& system_account_;
  std::map<std::string, size_t> indexes_;
  OperatorSharing all_;
};

}  // namespace

OperatorSharing operator_sharing(const AccountClaimsByNkey& accounts, int64_t now_s,
                                 const std::string& system_account) {
  return Sharing(accounts, now_s, system_account).make();
}

}  // namespace antiphon
