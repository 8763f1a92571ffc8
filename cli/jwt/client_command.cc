#include "cli/jwt/client_command.h"

#include <memory>
#include <string>
#include <vector>

#include "cli/jwt/issue.h"
#include "cli/jwt/key_files.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"

namespace antiphon::jwt {
namespace {

struct ClientFlags {
  std::string file;
  std::string signing_key;
  std::string public_key;
  std::string opa_file;
  std::string validity = "1h";
  std::string issuer_token;
  bool issuer = false;
  bool json = false;
  choria::ClientClaims claims;
  choria::ClientPermissions permissions;
};

// The reference's rules for flags that imply others.
choria::ClientPermissions settled(const ClientFlags& flags) {
  choria::ClientPermissions permissions = flags.permissions;
  if (flags.issuer) {
    permissions.fleet_management = false;
    permissions.signed_fleet_management = false;
    permissions.authentication_delegator = false;
  }
  if (permissions.signed_fleet_management || permissions.provisioner) {
    permissions.fleet_management = true;
  }
  return permissions;
}

absl::StatusOr<choria::StandardClaims> read_issuer(const std::string& path) {
  const auto text = read_token_file(path);
  if (!text.ok()) return text.status();
  choria::Token token;
  choria::StandardClaims claims;
  const choria::TokenFault fault = choria::parse_token(*text, token);
  if (fault != choria::TokenFault::kNone) {
    return absl::InvalidArgumentError(to_absl(choria::token_fault_text(fault)));
  }
  if (choria::parse_standard_claims(token.claims, claims)) {
    return absl::InvalidArgumentError("the issuer's token has malformed claims");
  }
  return claims;
}

// Makes a chain issuer of the token, or lets a chain issuer sign it.
absl::Status chain(const ClientFlags& flags, const choria::TokenSigningKey& key,
                   choria::StandardClaims& claims) {
  if (!flags.issuer && flags.issuer_token.empty()) return absl::OkStatus();
  if (key.seed() == nullptr) {
    return absl::InvalidArgumentError("a chain of trust needs an Ed25519 seed, not RSA");
  }
  if (flags.issuer) return choria::appoint_chain_issuer(*key.seed(), claims);
  const auto issuer = read_issuer(flags.issuer_token);
  if (!issuer.ok()) return issuer.status();
  return choria::chain_to_issuer(*issuer, *key.seed(), claims);
}

absl::Status complete(ClientFlags& flags, const choria::TokenSigningKey& key) {
  auto standard = new_claims(choria::kClientPurpose, flags.validity);
  if (!standard.ok()) return standard.status();
  if (!flags.public_key.empty()) {
    const auto holder = read_holder_key(flags.public_key, key);
    if (!holder.ok()) return holder.status();
    standard->public_key = *holder;
  }
  if (!flags.opa_file.empty()) {
    const auto policy = read_public_file(flags.opa_file, choria::kTokenBytesMax);
    if (!policy.ok()) return policy.status();
    flags.claims.opa_policy = *policy;
  }
  const absl::Status chained = chain(flags, key, *standard);
  if (!chained.ok()) return chained;
  flags.claims.permissions = settled(flags);
  flags.claims.standard = std::move(*standard);
  return absl::OkStatus();
}

int run(ClientFlags& flags) {
  if (flags.claims.caller_id.empty()) return fail(kStatusUsage, "identity must not be empty");
  const auto key = read_signing_key(flags.signing_key);
  if (!key.ok()) return fail(kStatusFailed, to_std(key.status().message()));
  const absl::Status completed = complete(flags, *key);
  if (!completed.ok()) return fail(kStatusFailed, to_std(completed.message()));
  if (const absl::Status grants = grantable(flags.claims); !grants.ok()) {
    return fail(kStatusUsage, to_std(grants.message()));
  }
  std::string json;
  choria::write_client_claims(flags.claims, json);
  return save_token(flags.file, json, *key, flags.json);
}

void add_permissions(CLI::App& client, choria::ClientPermissions& permissions) {
  permissions.fleet_management = true;
  client.add_flag("--stream-admin", permissions.streams_admin, "Administer and use Choria Streams");
  client.add_flag("--stream-user", permissions.streams_user, "Use Choria Streams");
  client.add_flag("--event-viewer", permissions.events_viewer, "View Choria's events");
  client.add_flag("--elections-user", permissions.election_user, "Use leader elections");
  client.add_flag("--service", permissions.service, "May have a token of long validity");
  client.add_flag("--system", permissions.system_user, "May enter the broker's system account");
  client.add_flag("--auth-delegation", permissions.authentication_delegator,
                  "May sign requests for others");
  client.add_flag("--fleet-management,!--no-fleet-management", permissions.fleet_management,
                  "May send requests to the fleet (default)");
  client.add_flag("--signed-fleet-management", permissions.signed_fleet_management,
                  "Its requests to the fleet must be signed by an authority");
  client.add_flag("--org-admin", permissions.org_admin, "May see and send everything");
  client.add_flag("--server-provisioner", permissions.provisioner, "May provision servers");
  client.add_flag("--governor", permissions.governor, "May use all governors");
}

}  // namespace

void add_client(CLI::App& jwt, Action& action) {
  auto flags = std::make_shared<ClientFlags>();
  flags->claims.organization = choria::kDefaultOrganization;
  CLI::App* client = jwt.add_subcommand("client", "Makes a client's token");
  client->add_option("file", flags->file, "The token file to write")->required();
  client->add_option("identity", flags->claims.caller_id, "The caller id, such as up=alice")
      ->required();
  client->add_option("signing-key", flags->signing_key, "File with a seed or RSA private key")
      ->required();
  client->add_option("--public-key", flags->public_key,
                     "The client's Ed25519 public key, in hexadecimal or in a file");
  client->add_option("--validity", flags->validity, "How long the token is good for")
      ->capture_default_str();
  client->add_option("--org", flags->claims.organization, "Organization")->capture_default_str();
  client
      ->add_option("--agents", flags->claims.agents, "Agents it may use: *, agent.*, agent.action")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  client->add_option("--opa-file", flags->opa_file, "File with an Open Policy Agent policy");
  client->add_option("--publish", flags->claims.publish_subjects, "More subjects to publish to")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  client
      ->add_option("--subscribe", flags->claims.subscribe_subjects, "More subjects to subscribe to")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_permissions(*client, flags->permissions);
  CLI::Option* issuer =
      client->add_flag("--issuer", flags->issuer,
                       "Appoint a chain issuer, which may sign for others of the organization");
  client
      ->add_option("--issuer-token", flags->issuer_token,
                   "Sign as the chain issuer whose token this is; signing-key is its seed")
      ->excludes(issuer);
  client->add_flag("--json", flags->json, "Print the claims as JSON");
  client->footer(
      "Examples:\n"
      "  antiphon jwt client alice.jwt up=alice issuer.seed --public-key alice.public\n"
      "  antiphon jwt client login.jwt up=login issuer.seed --public-key login.public --issuer\n"
      "  antiphon jwt client bob.jwt up=bob login.seed --issuer-token login.jwt \\\n"
      "    --public-key bob.public --validity 8h");
  client->callback([flags, &action] { action = [flags] { return run(*flags); }; });
}

}  // namespace antiphon::jwt
