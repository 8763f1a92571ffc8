#include "broker/auth/jwt_authenticator.h"

#include <algorithm>
#include <utility>

#include "broker/auth/jwt_permissions.h"
#include "broker/auth/login_window.h"
#include "protocol/nats/account_claims_check.h"

namespace antiphon {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// The claims are kept whole: after a reload the account may say something else of them.
class JwtRecord final : public LoginRecord {
 public:
  explicit JwtRecord(std::shared_ptr<const UserClaims> claims) : claims_(std::move(claims)) {}
  std::unique_ptr<LoginRecord> copy() const override { return std::make_unique<JwtRecord>(*this); }
  const std::shared_ptr<const UserClaims>& claims() const { return claims_; }

 private:
  std::shared_ptr<const UserClaims> claims_;
};

int64_t nanoseconds(int64_t seconds) {
  constexpr int64_t kMost = INT64_MAX / kSecond;
  return std::clamp<int64_t>(seconds, 0, kMost) * kSecond;
}

bool has_expired(const StandardClaims& claims, int64_t now_ns) {
  return claims.expires_s != 0 &&
         (claims.expires_s < 0 || nanoseconds(claims.expires_s) <= now_ns);
}

bool has_begun(const StandardClaims& claims, int64_t now_ns) {
  return claims.not_before_s <= 0 || nanoseconds(claims.not_before_s) <= now_ns;
}

int64_t earlier(int64_t a_ns, int64_t b_ns) {  // 0: never
  if (a_ns == 0 || b_ns == 0) return std::max(a_ns, b_ns);
  return std::min(a_ns, b_ns);
}

int64_t lower_limit(int64_t a, int64_t b) {  // below zero: none
  if (a < 0 || b < 0) return std::max(a, b);
  return std::min(a, b);
}

// A list of which no word is known was meant to allow something, but not this.
bool may_come_by(const std::vector<std::string>& words, ConnectionKind kind) {
  ConnectionKinds kinds;
  for (const std::string& word : words) {
    if (const auto known = connection_kind_of(word)) kinds.add(*known);
  }
  return words.empty() || (!kinds.empty() && kinds.allows(kind));
}

Verdict refused_as(Refusal refusal, std::string reason) {
  Verdict verdict = refused(std::move(reason));
  verdict.refusal = refusal;
  return verdict;
}

}  // namespace

JwtAuthenticator::JwtAuthenticator(OperatorSettings settings) {
  for (const OperatorClaims& claims : settings.operators) {
    if (!claims.strict_signing_keys) trusted_.insert(claims.standard.subject);
    trusted_.insert(claims.signing_keys.begin(), claims.signing_keys.end());
    if (claims.strict_signing_keys) {
      strict_.insert(claims.signing_keys.begin(), claims.signing_keys.end());
    }
  }
  trusted_.insert(settings.trusted_keys.begin(), settings.trusted_keys.end());
  for (OperatorSettings::Account& account : settings.accounts) {
    const Key key = account.claims.standard.subject;
    accounts_.insert_or_assign(key, account_of(std::move(account)));
  }
}

JwtAuthenticator::Account JwtAuthenticator::account_of(OperatorSettings::Account settings) const {
  Account account;
  account.id = settings.id;
  account.name = std::move(settings.name);
  account.claims = std::move(settings.claims);
  // Where the operator is strict, its accounts are too: their own keys sign no users.
  if (!strict_.contains(account.claims.standard.issuer)) {
    account.signers.emplace(account.claims.standard.subject, nullptr);
  }
  for (const AccountClaims::SigningKey& signer : account.claims.signing_keys) {
    auto& scope = account.signers[signer.key];
    scope = signer.scope ? std::make_shared<const UserLimits>(*signer.scope) : nullptr;
  }
  const auto permissions = permission_settings(account.claims.default_permissions);
  if (!is_trusted(account.claims.standard.issuer)) {
    account.fault = "no trusted operator has signed the user's account";
  } else if (!permissions) {
    account.fault = "the permissions of the user's account are malformed";
  } else if (const std::string problem = account_claims_problem(account.claims); !problem.empty()) {
    account.fault = "the user's account " + problem;
  }
  if (permissions && !account.claims.default_permissions.empty()) {
    account.default_permissions = std::make_shared<const Permissions>(*permissions);
  }
  return account;
}

LoginCost JwtAuthenticator::cost(const ConnectOptions& options) const {
  return options.jwt.empty() ? LoginCost::kQuick : LoginCost::kBrief;
}

Verdict JwtAuthenticator::decide(const ConnectOptions& options,
                                 const ConnectionFacts& facts) const {
  if (options.jwt.empty()) return refused("it sent no JWT");
  auto claims = std::make_shared<UserClaims>();
  const JwtFault fault = decode_user_jwt(options.jwt, *claims);
  if (fault != JwtFault::kNone) return refused(std::string(jwt_fault_text(fault)));
  Verdict verdict = judge(claims, facts);
  // A scoped user's word about bearer tokens is its scope's; judge() says which it is.
  if (!verdict.allowed || verdict.needs_no_proof) return verdict;
  const Nkey user{NkeyPrefix::kUser, claims->standard.subject};
  if (facts.nonce.empty() || !nkey_verify_nonce(user, facts.nonce, options.sig)) {
    return refused(options.sig.empty() ? "the user's signature is missing"
                                       : "the user's signature is wrong");
  }
  verdict.grant.public_key = verdict.grant.user;
  return verdict;
}

Verdict JwtAuthenticator::decide_again(const LoginRecord& record,
                                       const ConnectionFacts& facts) const {
  const auto* known = dynamic_cast<const JwtRecord*>(&record);
  if (known == nullptr) return refused("its way to log in is not configured any more");
  return judge(known->claims(), facts);
}

Verdict JwtAuthenticator::judge(std::shared_ptr<const UserClaims> claims,
                                const ConnectionFacts& facts) const {
  const StandardClaims& user = claims->standard;
  if (has_expired(user, facts.wall_ns)) return refused_as(Refusal::kExpired, "the user's JWT has expired");
  if (!has_begun(user, facts.wall_ns)) return refused("the user's JWT is not valid yet");
  const auto found = accounts_.find(claims->issuer_account.value_or(user.issuer));
  if (found == accounts_.end()) return refused("the user's account is not known");
  const Account& account = found->second;
  if (!account.fault.empty()) return refused(account.fault);
  if (has_expired(account.claims.standard, facts.wall_ns)) {
    return refused_as(Refusal::kAccountExpired, "the user's account has expired");
  }
  if (!has_begun(account.claims.standard, facts.wall_ns)) {
    return refused("the user's account is not valid yet");
  }
  if (account.claims.connections_max == 0) return refused("the user's account allows no connections");
  const auto signer = account.signers.find(user.issuer);
  if (signer == account.signers.end()) return refused("the user's issuer is no key of its account");
  const UserLimits* scope = signer->second.get();
  if (scope != nullptr && claims->limits != UserLimits()) {
    return refused("a scoped user's JWT must not name permissions or limits");
  }
  return grant(claims, account, scope != nullptr ? *scope : claims->limits, scope != nullptr, facts);
}

Verdict JwtAuthenticator::grant(std::shared_ptr<const UserClaims> claims, const Account& account,
                                const UserLimits& limits, bool is_scoped,
                                const ConnectionFacts& facts) const {
  const StandardClaims& user = claims->standard;
  const std::string nkey = encode_nkey(NkeyPrefix::kUser, user.subject);
  if (limits.proxy_required) return refused("the user must come through a proxy");
  if (limits.bearer_token && account.claims.disallow_bearer) {
    return refused("the account allows no bearer tokens");
  }
  if (!may_come_by(limits.connection_types, facts.kind)) {
    return refused("the user may not come by this kind of connection");
  }
  if (is_revoked(account.claims.revocations, nkey, user.issued_s)) {
    return refused_as(Refusal::kRevoked, "the user's JWT is revoked");
  }
  if (!is_in_networks(facts.ip, limits.sources)) {
    return refused("the user may not come from this address");
  }
  const auto window_ns = end_of_window_ns(limits.times, limits.times_location, facts.wall_ns);
  if (!window_ns) return refused("the user may not come at this time");

  std::optional<JwtPermissions> rules = limits.permissions;
  if (is_scoped) {
    const AccountClaims& of = account.claims;
    rules = fill_template(limits.permissions, {user.name, nkey, user.tags, of.standard.name,
                                               account.name, of.standard.tags});
  }
  const auto permissions = rules ? permission_settings(*rules) : std::nullopt;
  if (!permissions) return refused("the user's permissions are malformed");

  Verdict verdict;
  verdict.allowed = true;
  verdict.needs_no_proof = limits.bearer_token;
  verdict.grant.user = nkey;
  verdict.grant.account = account.id;
  verdict.grant.account_name = account.name;
  verdict.grant.permissions = rules->empty() ? account.default_permissions
                                             : std::make_shared<const Permissions>(*permissions);
  auto record = std::make_unique<JwtRecord>(claims);
  const int64_t user_ends_ns = earlier(nanoseconds(user.expires_s), *window_ns);
  const int64_t account_ends_ns = nanoseconds(account.claims.standard.expires_s);
  record->expires_ns = earlier(user_ends_ns, account_ends_ns);
  record->account_expires = account_ends_ns != 0 && record->expires_ns != user_ends_ns;
  record->subscriptions_max = lower_limit(limits.subscriptions_max, account.claims.subscriptions_max);
  record->payload_bytes_max = lower_limit(limits.payload_bytes_max, account.claims.payload_bytes_max);
  verdict.record = std::move(record);
  return verdict;
}

}  // namespace antiphon
