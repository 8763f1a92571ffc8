// Rows of the option table: what only Choria's dialect has: the name is Choria's key.
#include "broker/config/option_rows.h"

namespace antiphon::option_rows {
namespace {

// clang-format off
const Option kRows[] = {
    {"plugin.security.issuer.names", "", "plugin.security.issuer.names", T::kTextList,
     kChoria<&ChoriaOptions::issuer_names>, kNatural, kReload, "",
     "Organizations whose issuers vouch for tokens; `plugin.security.issuer.NAME.public` is the key "
     "of each."},
    {"plugin.security.issuer.*.public", "", "plugin.security.issuer.*.public", T::kTextMap,
     kChoria<&ChoriaOptions::issuers>, kNatural, kReload, "",
     "Ed25519 public key of an organization's issuer, 64 hexadecimal digits."},
    {"plugin.choria.network.client_signer_cert", "", "plugin.choria.network.client_signer_cert",
     T::kTextList, kChoria<&ChoriaOptions::client_signers>, kNatural, kReload, "",
     "Signers of clients' tokens where there are no issuers: Ed25519 public keys, 64 hexadecimal "
     "digits each, or files with one or with an RSA certificate or public key."},
    {"plugin.choria.network.server_signer_cert", "", "plugin.choria.network.server_signer_cert",
     T::kTextList, kChoria<&ChoriaOptions::server_signers>, kNatural, kReload, "",
     "The same for servers' tokens."},
    {"plugin.choria.network.client_hosts", "", "plugin.choria.network.client_hosts",
     T::kAddressList, kChoria<&ChoriaOptions::client_hosts>, kNatural, kReload, "everybody",
     "Addresses and networks where clients without a token may come from; all other certificates "
     "are servers'."},
    {"plugin.choria.network.deny_server_connections", "",
     "plugin.choria.network.deny_server_connections", T::kBool,
     kChoria<&ChoriaOptions::deny_server_connections>, kNatural, kReload, "",
     "Whether servers may neither publish nor subscribe."},
    {"plugin.choria.network.system.user", "", "plugin.choria.network.system.user", T::kText,
     kChoria<&ChoriaOptions::system_user>, kNatural, kReload, "",
     "Name of the user who acts in the account `system`."},
    {"plugin.choria.network.system.password", "", "plugin.choria.network.system.password",
     T::kSecret, kChoria<&ChoriaOptions::system_password>, kNatural, kReload, "",
     "That user's password, in clear or as a bcrypt hash; without one nobody is that user."},
    {"plugin.choria.network.provisioning.client_password", "",
     "plugin.choria.network.provisioning.client_password", T::kSecret,
     kChoria<&ChoriaOptions::provisioner_password>, kNatural, kReload, "",
     "Password of the user `provisioner`, in clear or as a bcrypt hash; without one there is no "
     "provisioning."},
    {"plugin.choria.network.provisioning.signer_cert", "",
     "plugin.choria.network.provisioning.signer_cert", T::kPath,
     kChoria<&ChoriaOptions::provisioning_signer_file>, kNatural, kReload, "",
     "File with the key of who signs provisioning tokens: an RSA certificate or public key, or an "
     "Ed25519 key in hexadecimal. Issuers vouch for Ed25519 tokens where there are any."},
    {"plugin.choria.network.provisioning.provisioner_without_token", "",
     "plugin.choria.network.provisioning.provisioner_without_token", T::kBool,
     kChoria<&ChoriaOptions::provisioner_without_token>, kNatural, kReload, "",
     "Whether the provisioner may come with a certificate instead of a token where there are "
     "issuers."},
    {"plugin.security.client_anon_tls", "", "plugin.security.client_anon_tls", T::kBool,
     kChoria<&ChoriaOptions::client_anonymous_tls>, kNatural, kReload, "",
     "Whether nobody is asked for a certificate; needs a request signer, as in Choria."},
    {"plugin.security.server_anon_tls", "", "plugin.security.server_anon_tls", T::kBool,
     kChoria<&ChoriaOptions::server_anonymous_tls>, kNatural, kReload, "",
     "Whether nobody is asked for a certificate."},
    {"plugin.antiphon.client_hosts_are_servers", "", "plugin.antiphon.client_hosts_are_servers",
     T::kBool, kChoria<&ChoriaOptions::demote_client_hosts>, kNatural, kReload, "",
     "Whether `client_hosts` makes a server of every certificate, of the addresses it lists too, as "
     "Choria's own broker does."},
    {"plugin.antiphon.provisioner_without_nonce", "", "plugin.antiphon.provisioner_without_nonce",
     T::kBool, kChoria<&ChoriaOptions::provisioner_without_nonce>, kNatural, kReload, "",
     "Whether the provisioner's token is enough without its seed, as for Choria's own broker."},
    {"plugin.antiphon.provisioner_without_certificate", "",
     "plugin.antiphon.provisioner_without_certificate", T::kBool,
     kChoria<&ChoriaOptions::provisioner_without_certificate>, kNatural, kReload, "",
     "Whether a provisioner that may come without a token needs no certificate either, so that its "
     "password is enough, as for Choria's own broker."},
    {"plugin.antiphon.audit_file", "", "plugin.antiphon.audit_file", T::kPath,
     kChoria<&ChoriaOptions::audit_file>, kNatural, kReload, "the log",
     "File that gets one line of JSON for each login that was decided."},
};
// clang-format on

}  // namespace

std::span<const Option> choria() { return kRows; }

}  // namespace antiphon::option_rows
