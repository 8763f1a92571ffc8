#include "broker/auth/jwt_authenticator.h"

#include <algorithm>
#include <utility>

#include "broker/auth/callout_permissions.h"
#include "broker/auth/claims_times.h"
#include "broker/auth/jwt_permissions.h"
#include "broker/auth/login_window.h"
#include "protocol/nats/account_claims_check.h"

namespace antiphon {
namespace {

// The claims are kept whole: after a reload the account may say something else of them.
class JwtRecord final : public LoginRecord {
 public:
  explicit JwtRecord(std::shared_ptr<const UserClaims> claims) : claims_(std::move(claims)) {}
  std::unique_ptr<LoginRecord> copy() const override { return std::make_unique<JwtRecord>(*this); }
  const std::shared_ptr<const UserClaims>& claims() const { return claims_; }

  // Where a service said it: whose, and how the client is shown.
  struct Service {
    Ed25519PublicKey asked_for;
    std::string shown;
  };
  std::optional<Service> service;

 private:
  std::shared_ptr<const UserClaims> claims_;
};

Verdict refused_as(Refusal refusal, std::string reason) {
  Verdict verdict = refused(std::move(reason));
  verdict.refusal = refusal;
  return verdict;
}

}  // namespace

JwtAuthenticator::JwtAuthenticator(OperatorSettings settings)
    : trust_(std::move(settings.trust)),
      pinned_(settings.pinned_accounts.begin(), settings.pinned_accounts.end()),
      deleted_(settings.deleted_accounts.begin(), settings.deleted_accounts.end()),
      sentinel_(std::move(settings.default_sentinel)),
      callouts_(std::move(settings.callouts)) {
  auto sentinel = std::make_shared<UserClaims>();
  if (decode_user_jwt(sentinel_, *sentinel) == JwtFault::kNone) {
    sentinel_claims_ = std::move(sentinel);
  }
  for (OperatorSettings::Account& account : settings.accounts) {
    const Key key = account.claims->standard.subject;
    calls_out_ |= account.claims->callout.is_on();
    accounts_.insert_or_assign(key, account_of(std::move(account)));
  }
}

JwtAuthenticator::Account JwtAuthenticator::account_of(OperatorSettings::Account settings) const {
  Account account;
  account.id = settings.id;
  account.name = std::move(settings.name);
  account.claims = std::move(settings.claims);
  const AccountClaims& claims = *account.claims;
  // Where the operator is strict, its accounts are too: their own keys sign no users.
  if (!trust_.is_strict(claims.standard.issuer)) {
    account.signers.emplace(claims.standard.subject, nullptr);
  }
  for (const AccountClaims::SigningKey& signer : claims.signing_keys) {
    auto& scope = account.signers[signer.key];
    scope = signer.scope ? std::make_shared<const UserLimits>(*signer.scope) : nullptr;
  }
  const auto permissions = permission_settings(claims.default_permissions);
  if (!trust_.trusts(claims.standard.issuer)) {
    account.fault = "no trusted operator has signed the user's account";
  } else if (!permissions) {
    account.fault = "the permissions of the user's account are malformed";
  } else if (const std::string problem = account_claims_problem(claims); !problem.empty()) {
    account.fault = "the user's account " + problem;
  }
  const CalloutClaims& callout = claims.callout;
  account.auth_users.insert(callout.auth_users.begin(), callout.auth_users.end());
  if (permissions && callout.is_on()) {
    const auto in_role = [&permissions](CalloutRole role) {
      return std::make_shared<const Permissions>(in_callout_account(*permissions, role));
    };
    account.default_permissions = in_role(CalloutRole::kClient);
    account.of_servers = in_role(CalloutRole::kServes);
  } else if (permissions && !claims.default_permissions.empty()) {
    account.default_permissions = std::make_shared<const Permissions>(*permissions);
  }
  return account;
}

LoginCost JwtAuthenticator::cost(const ConnectOptions& options) const {
  return options.jwt.empty() ? LoginCost::kQuick : LoginCost::kBrief;
}

Verdict JwtAuthenticator::decide(const ConnectOptions& options,
                                 const ConnectionFacts& facts) const {
  const bool is_empty = options.jwt.empty();
  if (is_empty && sentinel_claims_ == nullptr) return refused("it sent no JWT");
  auto claims = std::make_shared<UserClaims>();
  const JwtFault fault = is_empty ? JwtFault::kNotThreeParts : decode_user_jwt(options.jwt, *claims);
  if (fault == JwtFault::kNone) {
    const Nkey about{NkeyPrefix::kUser, claims->standard.subject};
    Verdict verdict = decide_claims(std::move(claims), options, facts);
    if (!verdict.allowed) verdict.claimed_key = encode_nkey(about.prefix, about.key);
    return verdict;
  }
  if (sentinel_claims_ == nullptr) return refused(std::string(jwt_fault_text(fault)));
  // What it sent instead is for the service that is asked, with the sentinel's JWT beside it.
  ConnectOptions completed = options;
  completed.jwt = sentinel_;
  return decide_claims(sentinel_claims_, completed, facts);
}

Verdict JwtAuthenticator::decide_claims(std::shared_ptr<const UserClaims> claims,
                                        const ConnectOptions& options,
                                        const ConnectionFacts& facts) const {
  Verdict verdict = judge(claims, Source::kUser, facts);
  if (!verdict.allowed) return verdict;
  // A scoped user's word about bearer tokens is its scope's; judge() says which it is.
  if (!verdict.needs_no_proof) {
    const Nkey user{NkeyPrefix::kUser, claims->standard.subject};
    if (facts.nonce.empty() || !nkey_verify_nonce(user, facts.nonce, options.sig)) {
      return refused(options.sig.empty() ? "the user's signature is missing"
                                         : "the user's signature is wrong");
    }
    verdict.grant.public_key = verdict.grant.user;
  }
  const Account* account = account_of_user(*claims);
  if (account != nullptr && is_delegated(*account, *claims)) {
    Verdict undecided = ask(*account, *claims, options, facts);
    if (undecided.callout != nullptr) undecided.callout->known_as = std::move(verdict.grant);
    return undecided;
  }
  return verdict;
}

// ---- Services that decide ------------------------------------------------------------------------

bool JwtAuthenticator::is_delegated(const Account& account, const UserClaims& claims) {
  return account.claims->callout.is_on() && !account.auth_users.contains(claims.standard.subject);
}

const JwtAuthenticator::Account* JwtAuthenticator::account_of_user(const UserClaims& claims) const {
  const auto found = accounts_.find(claims.issuer_account.value_or(claims.standard.issuer));
  return found == accounts_.end() ? nullptr : &found->second;
}

Verdict JwtAuthenticator::ask(const Account& account, const UserClaims& claims,
                              const ConnectOptions& options, const ConnectionFacts& facts) const {
  if (callouts_ == nullptr) return refused("no auth callout service can be asked");
  CalloutAddress address;
  address.account = account.id;
  address.subject = account.name;
  address.asked_for = account.claims->standard.subject;
  address.seal_for = account.claims->callout.xkey;
  address.user = encode_nkey(NkeyPrefix::kUser, claims.standard.subject);
  address.tags = claims.standard.tags;
  address.name_tag = claims.standard.name;
  Verdict undecided = refused("the request to the auth callout service cannot be sealed");
  undecided.callout = callouts_->ask(address, options, facts);
  return undecided;
}

Verdict JwtAuthenticator::decide_called_out(const CalloutQuestion& question, std::string_view answer,
                                            const ConnectionFacts& facts) const {
  const auto asked = accounts_.find(question.asked_for);
  if (callouts_ == nullptr || asked == accounts_.end()) {
    return refused("the account of the auth callout service is not known any more");
  }
  const auto by_account = [&](const AuthorizationResponseClaims& claims) {
    if (claims.issuer_account && *claims.issuer_account != question.asked_for) return false;
    return claims.standard.issuer == question.asked_for ||
           asked->second.signers.contains(claims.standard.issuer);
  };
  std::string fault;
  auto user = callouts_->open(question, answer, facts.wall_ns, by_account, fault);
  if (!user) return refused(std::move(fault));
  const std::string shown = user->standard.name.empty() ? question.shown : user->standard.name;
  return judge_called_out(question.asked_for, std::make_shared<const UserClaims>(*std::move(user)),
                          shown, facts);
}

Verdict JwtAuthenticator::judge_called_out(const Key& asked_for,
                                           std::shared_ptr<const UserClaims> claims,
                                           const std::string& shown,
                                           const ConnectionFacts& facts) const {
  const auto asked = accounts_.find(asked_for);
  if (asked == accounts_.end() || !asked->second.claims->callout.is_on()) {
    return refused("the account has no auth callout service any more");
  }
  const CalloutClaims& callout = asked->second.claims->callout;
  const Key target = claims->issuer_account.value_or(claims->standard.issuer);
  const auto& allowed = callout.allowed_accounts;
  if (target != asked_for && !callout.any_account &&
      std::find(allowed.begin(), allowed.end(), target) == allowed.end()) {
    return refused("the auth callout service may place nobody in the user's account");
  }
  Verdict verdict = judge(std::move(claims), Source::kService, facts);
  if (!verdict.allowed) return verdict;
  verdict.needs_no_proof = false;
  verdict.grant.user = shown;
  static_cast<JwtRecord&>(*verdict.record).service = JwtRecord::Service{asked_for, shown};
  return verdict;
}

// ---- Anybody -------------------------------------------------------------------------------------

Verdict JwtAuthenticator::decide_again(const LoginRecord& record,
                                       const ConnectionFacts& facts) const {
  const auto* known = dynamic_cast<const JwtRecord*>(&record);
  if (known == nullptr) return refused("its way to log in is not configured any more");
  if (known->service) {
    return judge_called_out(known->service->asked_for, known->claims(), known->service->shown, facts);
  }
  Verdict verdict = judge(known->claims(), Source::kUser, facts);
  const Account* account = account_of_user(*known->claims());
  const Key issuer = known->claims()->issuer_account.value_or(known->claims()->standard.issuer);
  if (account == nullptr && deleted_.contains(issuer)) verdict.refusal = Refusal::kAccountExpired;
  if (verdict.allowed && account != nullptr && is_delegated(*account, *known->claims())) {
    return refused("an auth callout service decides about it now");
  }
  return verdict;
}

Verdict JwtAuthenticator::judge(std::shared_ptr<const UserClaims> claims, Source source,
                                const ConnectionFacts& facts) const {
  const StandardClaims& user = claims->standard;
  if (has_expired(user, facts.wall_ns)) return refused_as(Refusal::kExpired, "the user's JWT has expired");
  if (!has_begun(user, facts.wall_ns)) return refused("the user's JWT is not valid yet");
  const Key issuer = claims->issuer_account.value_or(user.issuer);
  if (source == Source::kUser && !pinned_.empty() && !pinned_.contains(issuer)) {
    return refused_as(Refusal::kNotPinned,
                      "the user's account is not one of resolver_pinned_accounts");
  }
  const auto found = accounts_.find(issuer);
  if (found == accounts_.end()) return refused("the user's account is not known");
  const Account& account = found->second;
  if (!account.fault.empty()) return refused(account.fault);
  if (has_expired(account.claims->standard, facts.wall_ns)) {
    return refused_as(Refusal::kAccountExpired, "the user's account has expired");
  }
  if (!has_begun(account.claims->standard, facts.wall_ns)) {
    return refused("the user's account is not valid yet");
  }
  if (account.claims->connections_max == 0) return refused("the user's account allows no connections");
  const auto signer = account.signers.find(user.issuer);
  if (signer == account.signers.end()) return refused("the user's issuer is no key of its account");
  const UserLimits* scope = signer->second.get();
  if (scope != nullptr && claims->limits != UserLimits()) {
    return refused("a scoped user's JWT must not name permissions or limits");
  }
  return grant(claims, account, scope != nullptr ? *scope : claims->limits, scope != nullptr, source,
               facts);
}

std::shared_ptr<const Permissions> JwtAuthenticator::permissions_of(
    const Account& account, const UserClaims& claims, bool are_default,
    PermissionSettings settings) const {
  const bool serves = account.auth_users.contains(claims.standard.subject);
  if (are_default) return serves ? account.of_servers : account.default_permissions;
  if (account.claims->callout.is_on()) {
    settings = in_callout_account(std::move(settings),
                                  serves ? CalloutRole::kServes : CalloutRole::kClient);
  }
  return std::make_shared<const Permissions>(std::move(settings));
}

Verdict JwtAuthenticator::grant(std::shared_ptr<const UserClaims> claims, const Account& account,
                                const UserLimits& limits, bool is_scoped, Source source,
                                const ConnectionFacts& facts) const {
  const StandardClaims& user = claims->standard;
  const std::string nkey = encode_nkey(NkeyPrefix::kUser, user.subject);
  if (limits.proxy_required) return refused("proxy connection required");
  if (limits.bearer_token && account.claims->disallow_bearer) {
    return refused("the account allows no bearer tokens");
  }
  if (!may_come_by(limits.connection_types, facts.kind)) {
    return refused("the user may not come by this kind of connection");
  }
  if (is_revoked(account.claims->revocations, nkey, user.issued_s)) {
    return refused_as(Refusal::kRevoked, "the user's JWT is revoked");
  }
  if (!is_in_networks(facts.ip, limits.sources)) {
    return refused("the user may not come from this address");
  }
  const auto window_ns = end_of_window_ns(limits.times, limits.times_location, facts.wall_ns);
  if (!window_ns) return refused("the user may not come at this time");

  std::optional<JwtPermissions> rules = limits.permissions;
  if (is_scoped) {
    const AccountClaims& of = *account.claims;
    rules = fill_template(limits.permissions, {user.name, nkey, user.tags, of.standard.name,
                                               account.name, of.standard.tags});
  }
  auto permissions = rules ? permission_settings(*rules) : std::nullopt;
  if (!permissions) return refused("the user's permissions are malformed");

  Verdict verdict;
  verdict.allowed = true;
  verdict.needs_no_proof = limits.bearer_token;
  verdict.grant.user = nkey;
  verdict.grant.account = account.id;
  verdict.grant.account_name = account.name;
  verdict.grant.permissions =
      permissions_of(account, *claims, rules->empty(), *std::move(permissions));
  auto record = std::make_unique<JwtRecord>(claims);
  const int64_t user_ends_ns = earlier(nanoseconds(user.expires_s), *window_ns);
  const int64_t account_ends_ns = nanoseconds(account.claims->standard.expires_s);
  record->expires_ns = earlier(user_ends_ns, account_ends_ns);
  record->account_expires = account_ends_ns != 0 && record->expires_ns != user_ends_ns;
  // A service that names no limit does not mean that nothing is allowed.
  const auto stated = [source](int64_t limit) {
    return source == Source::kService && limit == 0 ? kNoJwtLimit : limit;
  };
  record->subscriptions_max =
      lower_limit(stated(limits.subscriptions_max), account.claims->subscriptions_max);
  record->payload_bytes_max =
      lower_limit(stated(limits.payload_bytes_max), account.claims->payload_bytes_max);
  verdict.record = std::move(record);
  return verdict;
}

}  // namespace antiphon
