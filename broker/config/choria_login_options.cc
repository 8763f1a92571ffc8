#include "broker/config/choria_login_options.h"

#include <algorithm>

#include "broker/config/choria_accounts.h"
#include "broker/config/config_text.h"

namespace antiphon {
namespace {

constexpr std::string_view kIssuerNames = "plugin.security.issuer.names";
constexpr std::string_view kClientSigners = "plugin.choria.network.client_signer_cert";
constexpr std::string_view kServerSigners = "plugin.choria.network.server_signer_cert";
constexpr std::string_view kProvisioning = "plugin.choria.network.provisioning.";
constexpr std::string_view kSystem = "plugin.choria.network.system.";

class LoginCheck {
 public:
  LoginCheck(const ChoriaLoginPlaces& places, OptionWriter& writer)
      : places_(places), writer_(writer), options_(writer.options().choria) {}

  void run() {
    check_issuers();
    check_users();
    check_anonymous_tls();
  }

 private:
  // The option's own place, else the provider's.
  const Place& at(std::string_view option) const {
    const Place* place = writer_.place_of(option);
    return place != nullptr ? *place : places_.provider;
  }
  static std::string joined(std::string_view a, std::string_view b) {
    return std::string(a) + std::string(b);
  }

  void check_issuers() {
    for (const std::string& name : options_.issuer_names) {
      if (options_.issuers.contains(name)) continue;
      writer_.error(at(kIssuerNames), "issuer " + in_quotes(name) +
                                          " has no key: set plugin.security.issuer." + name +
                                          ".public");
    }
    const auto& names = options_.issuer_names;
    for (const auto& [name, key] : options_.issuers) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      writer_.warning(at(kIssuerNames), "the key of issuer " + in_quotes(name) +
                                            " has no effect: " + std::string(kIssuerNames) +
                                            " does not list it");
    }
    if (names.empty()) return;
    const auto excluded = [&](const Place& place, std::string_view what) {
      writer_.error(place, joined(what, " and plugin.security.issuer.names exclude each other: "
                                        "remove one"));
    };
    if (!options_.client_signers.empty()) excluded(at(kClientSigners), kClientSigners);
    if (!options_.server_signers.empty()) excluded(at(kServerSigners), kServerSigners);
    if (places_.trusted_signers) {
      excluded(*places_.trusted_signers, "plugin.security.choria.trusted_signers");
    }
  }

  void check_users() {
    if (options_.system_user.empty() != options_.system_password.empty()) {
      const bool has_user = !options_.system_user.empty();
      writer_.warning(at(joined(kSystem, has_user ? "user" : "password")),
                      has_user ? "nobody can be the system user without a password"
                               : "a password without a system user has no effect");
    }
    if (options_.system_user == "provisioner") {
      writer_.error(at(joined(kSystem, "user")),
                    "the name provisioner is taken: nobody could be the system user");
    }
    const bool has_signer = !options_.provisioning_signer_file.empty();
    if (options_.provisioner_password.empty() && has_signer) {
      writer_.warning(at(joined(kProvisioning, "signer_cert")),
                      "has no effect: there is no provisioning without "
                      "plugin.choria.network.provisioning.client_password");
    } else if (!options_.provisioner_password.empty() && !has_signer &&
               options_.issuer_names.empty()) {
      writer_.warning(at(joined(kProvisioning, "client_password")),
                      "no node can ask to be provisioned: nobody vouches for its token");
    }
  }

  void check_anonymous_tls() {
    const auto refuse = [&](std::string_view option, const char* why) {
      writer_.error(at(option), joined(option, why));
    };
    constexpr std::string_view kClient = "plugin.security.client_anon_tls";
    constexpr std::string_view kServer = "plugin.security.server_anon_tls";
    if (options_.security_provider == "choria") {
      constexpr const char* kForbidden = " is not for the security provider choria: remove it";
      if (options_.client_anonymous_tls) refuse(kClient, kForbidden);
      if (options_.server_anonymous_tls) refuse(kServer, kForbidden);
    } else if (options_.client_anonymous_tls && !places_.has_request_signer) {
      refuse(kClient, " needs plugin.choria.security.request_signer.url or .service");
    }
  }

  const ChoriaLoginPlaces& places_;
  OptionWriter& writer_;
  const ChoriaOptions& options_;
};

}  // namespace

bool admits_without_certificate(const ChoriaOptions& options) {
  return !options.issuer_names.empty() || !options.client_signers.empty() ||
         !options.server_signers.empty() || !options.provisioner_password.empty();
}

void finish_choria_login(const ChoriaLoginPlaces& places, OptionWriter& writer) {
  LoginCheck(places, writer).run();
  BrokerOptions& options = writer.options();
  const ChoriaOptions& choria = options.choria;
  const bool has_authority = choria.security_provider != "choria" || choria.has_messaging_authority;
  const bool asks = has_authority && !choria.client_anonymous_tls && !choria.server_anonymous_tls;
  const bool others = admits_without_certificate(choria);
  options.tls.verify = asks && !others;
  options.tls.verify_if_given = asks && others;
  if (!asks && !others) {
    writer.warning(places.provider, "nobody can log in: there is neither an authority for "
                                    "certificates nor anybody who vouches for tokens");
  }
  options.authorization.accounts = choria_accounts(!choria.provisioner_password.empty());
  options.authorization.system_account = kChoriaSystemAccountName;
}

}  // namespace antiphon
