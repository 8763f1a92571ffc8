#include "cli/jwt/provisioning_command.h"

#include <absl/strings/str_join.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/jwt/issue.h"
#include "cli/jwt/key_files.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::jwt {
namespace {

struct ProvisioningFlags {
  std::string file;
  std::string signing_key;
  std::string token_file;
  std::string password_file;
  std::string extensions;
  std::string validity = "1y";
  std::vector<std::string> urls;
  bool insecure = false;
  bool json = false;
  choria::ProvisioningClaims claims;
};

absl::Status read_secrets(ProvisioningFlags& flags) {
  const auto token = read_password_file(flags.token_file);
  if (!token.ok()) return token.status();
  flags.claims.token = token->view();
  if (flags.password_file.empty()) return absl::OkStatus();
  const auto password = read_password_file(flags.password_file);
  if (!password.ok()) return password.status();
  flags.claims.password = password->view();
  return absl::OkStatus();
}

int run(ProvisioningFlags& flags) {
  if (flags.urls.empty() && flags.claims.srv_domain.empty()) {
    return fail(kStatusUsage, "--urls or --srv is needed");
  }
  if (!flags.urls.empty() && !flags.claims.srv_domain.empty()) {
    return fail(kStatusUsage, "--urls and --srv exclude each other");
  }
  if (!flags.extensions.empty() &&
      (flags.extensions.front() != '{' || !choria::is_json(flags.extensions))) {
    return fail(kStatusUsage, "--extensions: not a JSON object");
  }
  const auto key = read_signing_key(flags.signing_key);
  if (!key.ok()) return fail(kStatusFailed, to_std(key.status().message()));
  if (const absl::Status read = read_secrets(flags); !read.ok()) {
    return fail(kStatusFailed, to_std(read.message()));
  }
  auto standard = new_claims(choria::kProvisioningPurpose, flags.validity);
  if (!standard.ok()) return fail(kStatusUsage, to_std(standard.status().message()));
  standard->subject = choria::kProvisioningPurpose;
  flags.claims.standard = std::move(*standard);
  flags.claims.secure = !flags.insecure;
  flags.claims.urls = absl::StrJoin(flags.urls, ",");
  flags.claims.extensions_json = flags.extensions;
  std::string json;
  choria::write_provisioning_claims(flags.claims, json);
  return save_token(flags.file, json, *key, flags.json);
}

}  // namespace

void add_provisioning(CLI::App& jwt, Action& action) {
  auto flags = std::make_shared<ProvisioningFlags>();
  flags->claims.organization = choria::kDefaultOrganization;
  CLI::App* made =
      jwt.add_subcommand("provisioning", "Makes the token of nodes that wait to be provisioned");
  made->add_option("file", flags->file, "The token file to write")->required();
  made->add_option("signing-key", flags->signing_key, "File with a seed or RSA private key")
      ->required();
  made->add_option("--token-file", flags->token_file,
                   "File with the secret that opens the provisioning agent")
      ->required();
  made->add_option("--urls", flags->urls, "A broker to connect to for provisioning")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  made->add_option("--srv", flags->claims.srv_domain, "Domain whose SRV records name the brokers");
  made->add_flag("--insecure,!--no-insecure", flags->insecure,
                 "Provision without security (the reference's default, not ours)");
  made->add_flag("--default", flags->claims.by_default, "Provision unless configured otherwise");
  made->add_option("--registration", flags->claims.registration_file,
                   "File to publish as registration data");
  made->add_option("--facts", flags->claims.facts_file, "File to use for facts");
  made->add_option("--username", flags->claims.user, "User to connect to the broker as");
  made->add_option("--password-file", flags->password_file, "File with that user's password");
  made->add_option("--extensions", flags->extensions, "More claims")->type_name("JSON");
  made->add_option("--org", flags->claims.organization, "Organization")->capture_default_str();
  made->add_flag("--protocol-v2", flags->claims.protocol_v2, "Use protocol version 2");
  made->add_flag("--upgrade", flags->claims.allow_update, "Let the provisioner upgrade servers");
  made->add_option("--validity", flags->validity, "How long the token is good for")
      ->capture_default_str();
  made->add_flag("--json", flags->json, "Print the claims as JSON, without secrets");
  made->footer(
      "Example:\n"
      "  antiphon jwt provisioning prov.jwt issuer.seed --token-file prov.secret \\\n"
      "    --urls nats://provision.example.net:4222 --default");
  made->callback([flags, &action] { action = [flags] { return run(*flags); }; });
}

}  // namespace antiphon::jwt
