// What only Choria's dialect of configuration tells: who vouches for tokens, and rules for connections.
//
// MODEL: choria_keys.h has its keys, choria_options.h their meaning. SECRETS: passwords.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

struct ChoriaOptions {
  bool enabled = false;  // the configuration was a Choria broker.conf
  bool federation = false;  // the federation tier runs in the same process
  std::string identity;
  std::string security_provider;  // "file", "puppet" or "choria"

  // Who vouches for tokens: organizations' issuers, or signers, each a key or the file of one.
  std::vector<std::string> issuer_names;
  std::map<std::string, std::string> issuers;  // by name; hexadecimal
  std::vector<std::string> client_signers;
  std::vector<std::string> server_signers;
  std::string provisioning_signer_file;
  bool has_messaging_authority = false;  // plugin.security.choria.ca: certificates beside issuers

  // Users, and rules for everybody else.
  std::string provisioner_password;  // empty: no provisioning
  bool provisioner_without_token = false;
  bool provisioner_without_nonce = false;
  bool provisioner_without_certificate = false;
  std::string system_user;
  std::string system_password;
  std::vector<std::string> client_hosts;
  bool demote_client_hosts = false;
  bool deny_server_connections = false;
  bool client_anonymous_tls = false;
  bool server_anonymous_tls = false;

  std::string audit_file;  // empty: the log
  bool operator==(const ChoriaOptions&) const = default;
};

// The accounts of Choria's dialect. There is one for provisioning only if a password opens it.
inline constexpr std::string_view kChoriaAccountName = "choria";
inline constexpr std::string_view kProvisioningAccountName = "provisioning";
inline constexpr std::string_view kChoriaSystemAccountName = "system";

}  // namespace antiphon
