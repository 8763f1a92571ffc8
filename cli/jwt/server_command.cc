#include "cli/jwt/server_command.h"

#include <memory>
#include <string>

#include "cli/jwt/issue.h"
#include "cli/jwt/key_files.h"
#include "protocol/bytes/text.h"

namespace antiphon::jwt {
namespace {

struct ServerFlags {
  std::string file;
  std::string public_key;
  std::string signing_key;
  std::string validity = "8760h";
  bool json = false;
  choria::ServerClaims claims;
  choria::ServerPermissions permissions;
};

int run(ServerFlags& flags) {
  if (flags.claims.identity.empty()) return fail(kStatusUsage, "identity must not be empty");
  if (flags.permissions.governor && !flags.permissions.streams) {
    return fail(kStatusUsage, "--governor needs --stream-user");
  }
  const auto key = read_signing_key(flags.signing_key);
  if (!key.ok()) return fail(kStatusFailed, to_std(key.status().message()));
  const auto holder = read_holder_key(flags.public_key, *key);
  if (!holder.ok()) return fail(kStatusFailed, to_std(holder.status().message()));
  auto standard = new_claims(choria::kServerPurpose, flags.validity);
  if (!standard.ok()) return fail(kStatusUsage, to_std(standard.status().message()));
  standard->public_key = *holder;
  flags.claims.standard = std::move(*standard);
  flags.claims.permissions = flags.permissions;
  if (flags.claims.collectives.empty()) flags.claims.collectives = {"mcollective"};
  if (const absl::Status grants = grantable(flags.claims); !grants.ok()) {
    return fail(kStatusUsage, to_std(grants.message()));
  }
  std::string json;
  choria::write_server_claims(flags.claims, json);
  return save_token(flags.file, json, *key, flags.json);
}

}  // namespace

void add_server(CLI::App& jwt, Action& action) {
  auto flags = std::make_shared<ServerFlags>();
  flags->claims.organization = choria::kDefaultOrganization;
  CLI::App* server = jwt.add_subcommand("server", "Makes a server's token");
  server->add_option("file", flags->file, "The token file to write")->required();
  server->add_option("identity", flags->claims.identity, "The server's identity")->required();
  server
      ->add_option("public-key", flags->public_key,
                   "The server's Ed25519 public key, in hexadecimal or in a file")
      ->required();
  server->add_option("signing-key", flags->signing_key, "File with a seed or RSA private key")
      ->required();
  server
      ->add_option("--collectives", flags->claims.collectives,
                   "A collective it belongs to (default: mcollective)")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  server->add_option("--org", flags->claims.organization, "Organization")->capture_default_str();
  server->add_option("--subjects", flags->claims.publish_subjects, "More subjects to publish to")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  server->add_option("--validity", flags->validity, "How long the token is good for")
      ->capture_default_str();
  server->add_flag("--submission", flags->permissions.submission, "May use Choria Submission");
  server->add_flag("--stream-user", flags->permissions.streams, "May use Choria Streams");
  server->add_flag("--service", flags->permissions.service_host, "May host services");
  server->add_flag("--governor", flags->permissions.governor, "May use all governors");
  server->add_flag("--json", flags->json, "Print the claims as JSON");
  server->footer(
      "Example:\n"
      "  antiphon jwt server n1.jwt n1.example.net n1.public issuer.seed --collectives eu");
  server->callback([flags, &action] { action = [flags] { return run(*flags); }; });
}

}  // namespace antiphon::jwt
