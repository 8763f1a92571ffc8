#include "broker/config/operator_files.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "broker/config/config_text.h"
#include "broker/config/operator_sharing.h"
#include "protocol/nats/account_claims_check.h"
#include "protocol/nats/claims.h"

namespace antiphon {
namespace {

constexpr std::string_view kEnding = ".jwt";

class OperatorFiles {
 public:
  OperatorFiles(AuthorizationOptions& auth, const ConfigInputs& inputs, int64_t now_s)
      : auth_(auth), mode_(auth.operator_mode), inputs_(inputs), now_s_(now_s) {}

  OperatorProblems load() && {
    load_texts();
    if (mode_.resolver.kind == ResolverKind::kFull) load_folder();
    choose_system_account();
    bootstrap_system_account();
    share();
    return std::move(problems_);
  }

  OperatorProblems load_pushed(const std::set<std::string>& pushed) && {
    load_texts();
    for (const std::string& nkey : pushed) load_account_file(file_of(nkey), nkey);
    share();
    return std::move(problems_);
  }

  void renew() && {
    load_texts();
    share();
  }

 private:
  void error(std::string_view option, std::string message) {
    problems_.errors.push_back({option, std::move(message)});
  }
  void warning(std::string_view option, std::string message) {
    problems_.warnings.push_back({option, std::move(message)});
  }

  void load_texts() {
    mode_.trust = {};
    for (std::string& text : mode_.operators) load_operator(text);
    for (const std::string& key : mode_.trusted_keys) load_trusted_key(key);
    for (const auto& [nkey, jwt] : mode_.accounts) check_preloaded(nkey, jwt);
  }

  // A JWT begins with the base64 of `{"`; anything else is a file.
  void load_operator(std::string& text) {
    std::string shown = "this operator";
    if (!text.starts_with("eyJ")) {
      shown = text;
      const auto file = inputs_.read_file(text);
      if (!file.ok()) {
        return error("operator", text + ": " + std::string(to_std(file.status().message())));
      }
      text = undecorated_jwt(*file);
    }
    OperatorClaims claims;
    const JwtFault fault = decode_operator_jwt(text, claims);
    if (fault != JwtFault::kNone) {
      return error("operator", shown + ": " + std::string(jwt_fault_text(fault)));
    }
    if (claims.standard.expires_s != 0 && claims.standard.expires_s < now_s_) {
      return error("operator", shown + ": the JWT has expired; get a new one of the operator");
    }
    const bool by_itself = claims.standard.issuer == claims.standard.subject;
    const bool by_signing_key =
        std::find(claims.signing_keys.begin(), claims.signing_keys.end(),
                  claims.standard.issuer) != claims.signing_keys.end();
    if (!by_itself && !by_signing_key) {
      return error("operator", shown + ": the JWT is not signed by the operator itself");
    }
    mode_.trust.add(claims);
    signer_ = claims.standard.issuer;
    if (claims.system_account) system_accounts_.push_back(*claims.system_account);
  }

  void load_trusted_key(const std::string& text) {
    Nkey nkey;
    if (decode_nkey(text, nkey) == NkeyFault::kNone && nkey.prefix == NkeyPrefix::kOperator) {
      mode_.trust.add(nkey.key);
    } else {
      error("trusted_keys", in_quotes(text) + " is no public nkey of an operator (O...)");
    }
  }

  // Decodes an account's JWT, unless the one that is known is the same; what makes it of no use, or
  // empty.
  std::string take_jwt(const std::string& nkey, const std::string& jwt) {
    if (mode_.claims.contains(nkey) && mode_.accounts.at(nkey) == jwt) return {};
    auto claims = std::make_shared<AccountClaims>();
    const JwtFault fault = decode_account_jwt(jwt, *claims);
    if (fault != JwtFault::kNone) return std::string(jwt_fault_text(fault));
    if (encode_nkey(NkeyPrefix::kAccount, claims->standard.subject) != nkey) {
      return "the JWT is of another account";
    }
    mode_.accounts[nkey] = jwt;
    mode_.claims[nkey] = std::move(claims);
    return {};
  }

  void check_preloaded(const std::string& nkey, const std::string& jwt) {
    const std::string fault = take_jwt(nkey, jwt);
    if (!fault.empty()) return error("resolver_preload", in_quotes(nkey) + ": " + fault);
    judge_account("resolver_preload", nkey);
  }

  void judge_account(std::string_view option, const std::string& nkey) {
    const auto& claims = mode_.claims.at(nkey);
    const std::string who = "account " + nkey + ": ";
    const std::string problem = account_claims_problem(*claims);
    const bool is_trusted = mode_.trust.trusts(claims->standard.issuer);
    if (!is_trusted) {
      warning(option, who + "no trusted operator has signed it, so that its users are refused");
    } else if (!problem.empty()) {
      warning(option, who + problem + "; its users are refused");
    }
    sound_.erase(nkey);
    const int64_t ends_s = claims->standard.expires_s;
    if (is_trusted && problem.empty() && (ends_s == 0 || ends_s > now_s_)) sound_[nkey] = claims;
  }

  void share() {
    OperatorSharing sharing = operator_sharing(sound_, now_s_, system_account_name(auth_));
    for (const OperatorSharing::Problem& problem : sharing.problems) {
      warning("resolver", "account " + problem.account + ": " + problem.message);
    }
    mode_.sharing = std::move(sharing.accounts);
    mode_.sharing_changes_s = sharing.changes_s;
  }

  void load_folder() {
    const std::string& folder = mode_.resolver.directory;
    const auto names = inputs_.list_directory(folder);
    // It is made when the first JWT comes.
    if (absl::IsNotFound(names.status())) return;
    if (!names.ok()) {
      return error("resolver", folder + ": " + std::string(to_std(names.status().message())));
    }
    for (const std::string& name : *names) {
      if (!name.ends_with(kEnding)) continue;
      const std::string nkey = name.substr(0, name.size() - kEnding.size());
      Nkey decoded;
      if (decode_nkey(nkey, decoded) != NkeyFault::kNone ||
          decoded.prefix != NkeyPrefix::kAccount) {
        continue;
      }
      load_account_file(file_of(nkey), nkey);
    }
  }

  std::string file_of(const std::string& nkey) const {
    return mode_.resolver.directory + "/" + nkey + std::string(kEnding);
  }

  // The folder is newer than what was loaded before.
  void load_account_file(const std::string& path, const std::string& nkey) {
    const auto file = inputs_.read_file(path);
    if (!file.ok()) {
      return warning("resolver", path + ": " + std::string(to_std(file.status().message())));
    }
    if (mode_.accounts.size() >= kAccountsMax && !mode_.accounts.contains(nkey)) {
      return warning("resolver", path + ": more than " + std::to_string(kAccountsMax) + " accounts");
    }
    const std::string fault = take_jwt(nkey, std::string(undecorated_jwt(*file)));
    if (!fault.empty()) return warning("resolver", path + ": " + fault);
    judge_account("resolver", nkey);
  }

  void choose_system_account() {
    const auto text_of = [](const Ed25519PublicKey& key) {
      return encode_nkey(NkeyPrefix::kAccount, key);
    };
    if (auth_.system_account.empty()) {
      if (!system_accounts_.empty()) auth_.system_account = text_of(system_accounts_.front());
      return;
    }
    const bool named = std::any_of(
        system_accounts_.begin(), system_accounts_.end(),
        [&](const Ed25519PublicKey& key) { return text_of(key) == auth_.system_account; });
    if (!system_accounts_.empty() && !named) {
      error("system_account", "system_account and the operator's JWT name different accounts");
    }
  }

  // Somebody has to push the first JWTs, that of the system account among them: as long as the folder
  // has none, whoever its own key has signed comes in, as in nats-server. Not under a strict operator.
  void bootstrap_system_account() {
    const std::string& name = auth_.system_account;
    Nkey nkey;
    if (mode_.resolver.kind != ResolverKind::kFull || mode_.operators.size() != 1 ||
        mode_.claims.contains(name) || decode_nkey(name, nkey) != NkeyFault::kNone ||
        nkey.prefix != NkeyPrefix::kAccount || !mode_.trust.trusts(signer_)) {
      return;
    }
    auto claims = std::make_shared<AccountClaims>();
    claims->standard.subject = nkey.key;
    claims->standard.issuer = signer_;
    claims->signing_keys.push_back({nkey.key, std::nullopt});
    claims->connections_max = claims->subscriptions_max = claims->payload_bytes_max = kNoJwtLimit;
    claims->imports_max = claims->exports_max = kNoJwtLimit;
    claims->wildcard_exports = true;
    mode_.accounts[name] = kNoJwtYet;
    mode_.claims[name] = claims;
    sound_[name] = std::move(claims);
    warning("resolver", "account " + name + ": the system account's JWT is not in the folder: until it is "
                            "pushed, users come in whom the account's own key has signed");
  }

  AuthorizationOptions& auth_;
  OperatorOptions& mode_;
  const ConfigInputs& inputs_;
  OperatorProblems problems_;
  const int64_t now_s_;
  AccountClaimsByNkey sound_;
  std::vector<Ed25519PublicKey> system_accounts_;
  Ed25519PublicKey signer_{};  // of the operator's JWT
};

}  // namespace

OperatorProblems load_operator_files(AuthorizationOptions& auth, const ConfigInputs& inputs) {
  if (!auth.operator_mode.enabled()) return {};
  return OperatorFiles(auth, inputs, std::time(nullptr)).load();
}

OperatorProblems load_pushed_accounts(AuthorizationOptions& auth, const ConfigInputs& inputs,
                                      const std::set<std::string>& pushed) {
  return OperatorFiles(auth, inputs, std::time(nullptr)).load_pushed(pushed);
}

void renew_operator_sharing(AuthorizationOptions& auth, int64_t now_s) {
  OperatorFiles(auth, system_config_inputs(), now_s).renew();
}

}  // namespace antiphon
