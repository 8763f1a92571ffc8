#include "broker/server/choria_policy.h"

#include <absl/strings/str_cat.h>

#include <utility>
#include <vector>

#include "broker/config/token_key_source.h"

namespace antiphon {
namespace {

using Keys = std::vector<choria::TokenPublicKey>;

absl::Status read_keys(const std::vector<std::string>& sources, const FileReader& read_file,
                       Keys& keys) {
  for (const std::string& source : sources) {
    auto key = read_token_key(source, read_file);
    if (!key.ok()) return key.status();
    keys.push_back(*std::move(key));
  }
  return absl::OkStatus();
}

absl::StatusOr<choria::TokenTrust> issuer_trust(const ChoriaOptions& options) {
  choria::TokenIssuers issuers;
  for (const std::string& name : options.issuer_names) {
    const auto found = options.issuers.find(name);
    const auto key = found == options.issuers.end() ? std::nullopt
                                                    : choria::ed25519_from_hex(found->second);
    if (!key) return absl::InvalidArgumentError(absl::StrCat("issuer ", name, " has no key"));
    issuers[name] = *key;
  }
  return choria::TokenTrust(std::move(issuers));
}

absl::StatusOr<choria::TokenTrust> signer_trust(const ChoriaOptions& options,
                                                const FileReader& read_file) {
  choria::TokenSigners signers;
  for (const absl::Status& status :
       {read_keys(options.client_signers, read_file, signers.clients),
        read_keys(options.server_signers, read_file, signers.servers)}) {
    if (!status.ok()) return status;
  }
  return choria::TokenTrust(std::move(signers));
}

absl::StatusOr<choria::TokenTrust> trust_of(const ChoriaOptions& options,
                                            const FileReader& read_file) {
  if (!options.issuer_names.empty()) return issuer_trust(options);
  if (options.client_signers.empty() && options.server_signers.empty()) return choria::TokenTrust();
  return signer_trust(options, read_file);
}

absl::StatusOr<choria::TokenTrust> provisioning_trust_of(const ChoriaOptions& options,
                                                         const FileReader& read_file) {
  if (options.provisioning_signer_file.empty()) return choria::TokenTrust();
  choria::TokenSigners signers;
  const absl::Status status =
      read_keys({options.provisioning_signer_file}, read_file, signers.provisioning);
  if (!status.ok()) return status;
  return choria::TokenTrust(std::move(signers));
}

}  // namespace

absl::StatusOr<ChoriaPolicy> make_choria_policy(const ChoriaOptions& options,
                                                const FileReader& read_file) {
  ChoriaPolicy policy;
  auto trust = trust_of(options, read_file);
  if (!trust.ok()) return trust.status();
  policy.trust = *std::move(trust);
  auto provisioning = provisioning_trust_of(options, read_file);
  if (!provisioning.ok()) return provisioning.status();
  policy.provisioning_trust = *std::move(provisioning);
  policy.has_certificate_authority = options.has_messaging_authority;
  for (const std::string& host : options.client_hosts) {
    if (policy.client_hosts.add(host)) continue;
    return absl::InvalidArgumentError(absl::StrCat("client_hosts: ", host, " is no address"));
  }
  policy.deny_server_connections = options.deny_server_connections;
  policy.system_user = options.system_user;
  policy.system_password = options.system_password;
  policy.provisioner_password = options.provisioner_password;
  policy.provisioner_without_token = options.provisioner_without_token;
  policy.demote_client_hosts = options.demote_client_hosts;
  policy.provisioner_without_nonce = options.provisioner_without_nonce;
  policy.provisioner_without_certificate = options.provisioner_without_certificate;
  return policy;
}

}  // namespace antiphon
