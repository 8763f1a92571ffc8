#include "cli/jwt/check_command.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "broker/config/duration.h"
#include "cli/jwt/issue.h"
#include "cli/jwt/key_files.h"
#include "cli/jwt/token_report.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"
#include "protocol/choria/token_trust.h"

namespace antiphon::jwt {
namespace {

struct CheckFlags {
  std::string file;
  std::string key;
  std::string purpose;
  std::string identity;
  std::string validity_min;
  std::string validity_max;
  bool chain_issuer = false;
  bool json = false;
};

// What the checks look at, whatever kind of token it is.
struct Checked {
  choria::TokenFault fault = choria::TokenFault::kNone;
  absl::Status grants;  // if there is no fault: whether a broker can grant what it says
  std::string kind;
  std::string identity;
  choria::StandardClaims standard;
};

Checked verify(std::string_view text, choria::TokenPublicKey key, int64_t now) {
  Checked checked;
  std::vector<choria::TokenPublicKey> keys;
  keys.push_back(std::move(key));
  choria::TokenSigners signers;
  switch (choria::unverified_purpose(text)) {
    case choria::TokenPurpose::kServer: {
      choria::ServerClaims claims;
      signers.servers = std::move(keys);
      checked.fault = choria::TokenTrust(std::move(signers)).verify_server(text, now, claims);
      checked.kind = "server";
      checked.grants = grantable(claims);
      checked.identity = claims.identity;
      checked.standard = claims.standard;
      break;
    }
    case choria::TokenPurpose::kProvisioning: {
      choria::ProvisioningClaims claims;
      signers.provisioning = std::move(keys);
      checked.fault = choria::TokenTrust(std::move(signers)).verify_provisioning(text, now, claims);
      checked.kind = "provisioning";
      checked.standard = claims.standard;
      break;
    }
    default: {  // also what is no token at all: the fault says why
      choria::ClientClaims claims;
      signers.clients = std::move(keys);
      checked.fault = choria::TokenTrust(std::move(signers)).verify_client(text, now, claims);
      checked.kind = "client";
      checked.grants = grantable(claims);
      checked.identity = claims.caller_id;
      checked.standard = claims.standard;
      break;
    }
  }
  return checked;
}

std::optional<int64_t> seconds_of(const std::string& duration) {
  const auto parsed = parse_choria_duration(duration);
  if (!parsed || *parsed < Duration::zero()) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(*parsed).count();
}

// What keeps a token which verified from being good: a broker can grant it nothing, or a demand is
// not met. Empty if nothing does.
std::string unmet_demand(const CheckFlags& flags, const Checked& checked,
                         const std::optional<Ed25519PublicKey>& issuer, int64_t now) {
  if (!checked.grants.ok()) return std::string(to_std(checked.grants.message()));
  if (!flags.purpose.empty() && flags.purpose != checked.kind) {
    return absl::StrCat("it is a ", checked.kind, " token");
  }
  if (!flags.identity.empty() && flags.identity != checked.identity) {
    return "it is for another identity";
  }
  const auto expiry = choria::effective_expiry(checked.standard);
  if (!flags.validity_min.empty() && expiry && *expiry - now < *seconds_of(flags.validity_min)) {
    return "it expires too early";
  }
  if (!flags.validity_max.empty() && (!expiry || *expiry - now > *seconds_of(flags.validity_max))) {
    return "it expires too late";
  }
  if (flags.chain_issuer && (!issuer || !choria::is_chain_issuer(checked.standard, *issuer))) {
    return "it is not a chain issuer";
  }
  return {};
}

int report(const CheckFlags& flags, const std::string& text, const std::string& problem,
           int64_t now) {
  const bool good = problem.empty();
  choria::Token token;
  const bool is_token = choria::parse_token(text, token) == choria::TokenFault::kNone;
  choria::StandardClaims standard;
  const bool has_claims =
      is_token && !static_cast<bool>(choria::parse_standard_claims(token.claims, standard));
  if (flags.json) {
    nlohmann::ordered_json json;
    json["file"] = flags.file;
    json["valid"] = good;
    json["reason"] = good ? "token is valid" : problem;
    const auto expiry = choria::effective_expiry(standard);
    if (good && expiry) json["effective_expiry"] = *expiry;
    // What a token says that was refused is nobody's word.
    if (good && has_claims) {
      json["claims"] = nlohmann::ordered_json::parse(claims_for_display(token.claims));
    }
    std::printf("%s\n", json.dump(2, ' ', true, Utf8Errors::replace).c_str());
  } else if (good) {
    std::printf("Token %s is valid\n\n%s", flags.file.c_str(),
                describe_claims(token.claims, now).c_str());
  } else {
    std::printf("Token %s is REFUSED: %s\n", flags.file.c_str(), problem.c_str());
  }
  return good ? 0 : kStatusFailed;
}

int run(const CheckFlags& flags) {
  for (const std::string* duration : {&flags.validity_min, &flags.validity_max}) {
    if (!duration->empty() && !seconds_of(*duration)) {
      return fail(kStatusUsage, absl::StrCat("not a duration: ", *duration));
    }
  }
  const auto text = read_token_file(flags.file);
  if (!text.ok()) return fail(kStatusFailed, to_std(text.status().message()));
  auto key = read_public_key(flags.key);
  if (!key.ok()) return fail(kStatusFailed, to_std(key.status().message()));
  std::optional<Ed25519PublicKey> issuer;
  if (key->ed25519() != nullptr) issuer = *key->ed25519();
  const int64_t now = now_unix_s();
  const Checked checked = verify(*text, std::move(*key), now);
  const std::string problem = checked.fault == choria::TokenFault::kNone
                                  ? unmet_demand(flags, checked, issuer, now)
                                  : std::string(choria::token_fault_text(checked.fault));
  return report(flags, *text, problem, now);
}

}  // namespace

void add_check(CLI::App& jwt, Action& action) {
  auto flags = std::make_shared<CheckFlags>();
  CLI::App* check = jwt.add_subcommand("check", "Says whether a broker lets a token's holder in");
  check->add_option("file", flags->file, "The token file")->required();
  check
      ->add_option(
          "key", flags->key,
          "Who must have signed: an organization's issuer or a signer, as an Ed25519 public "
          "key in hexadecimal, or a file with one or with an RSA certificate or public key")
      ->required();
  check->add_option("--purpose", flags->purpose, "It must be of this kind")
      ->check(CLI::IsMember({"client", "server", "provisioning"}));
  check->add_option("--identity", flags->identity, "It must be for this identity or caller id");
  check->add_option("--validity-min", flags->validity_min, "It must be good for this long");
  check->add_option("--validity-max", flags->validity_max, "It must not be good for longer");
  check->add_flag("--chain-issuer", flags->chain_issuer, "It must be that of a chain issuer");
  check->add_flag("--json", flags->json, "Print JSON");
  check->footer(
      "Follows chains of trust. Exit status 0 if all is well, 1 if the token is refused.\n\n"
      "Examples:\n"
      "  antiphon jwt check alice.jwt issuer.public --purpose client --validity-min 10m\n"
      "  antiphon jwt check n1.jwt signer.pem --identity n1.example.net");
  check->callback([flags, &action] { action = [flags] { return run(*flags); }; });
}

}  // namespace antiphon::jwt
