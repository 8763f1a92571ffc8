#include "broker/auth/callout_authenticator.h"

#include <algorithm>
#include <utility>

#include "broker/auth/callout_permissions.h"
#include "broker/auth/claims_times.h"
#include "broker/auth/jwt_permissions.h"
#include "broker/auth/login_window.h"

namespace antiphon {
namespace {

// What the service said, for as long as the client is connected.
class CalloutRecord final : public LoginRecord {
 public:
  CalloutRecord(std::shared_ptr<const UserClaims> claims, std::string shown)
      : claims_(std::move(claims)), shown_(std::move(shown)) {}
  std::unique_ptr<LoginRecord> copy() const override {
    return std::make_unique<CalloutRecord>(*this);
  }
  const std::shared_ptr<const UserClaims>& claims() const { return claims_; }
  const std::string& shown() const { return shown_; }

 private:
  std::shared_ptr<const UserClaims> claims_;
  std::string shown_;
};

std::shared_ptr<const Permissions> made(PermissionSettings settings) {
  return std::make_shared<const Permissions>(std::move(settings));
}

bool is_user_nkey(const std::string& text) {
  Nkey nkey;
  return decode_nkey(text, nkey) == NkeyFault::kNone && nkey.prefix == NkeyPrefix::kUser;
}

// What the client is known to be goes to the service in the place where it says so itself.
ConnectOptions options_for_service(const ConnectOptions& options, const Verdict& verdict) {
  ConnectOptions known = options;
  known.jwt.clear();  // of no meaning without operators; as the reference, the service is not shown it
  const std::string& user = verdict.grant.user;
  if (!verdict.allowed || !options.nkey.empty() || !options.auth_token.empty()) return known;
  (is_user_nkey(user) ? known.nkey : known.user) = user;
  return known;
}

// A JWT that names no limit is not meant to allow nothing.
int64_t stated_limit(int64_t limit) { return limit > 0 ? limit : kNoJwtLimit; }

}  // namespace

CalloutAuthenticator::CalloutAuthenticator(CalloutSettings settings,
                                           std::shared_ptr<const Authenticator> users,
                                           CalloutExchange exchange)
    : users_(std::move(users)),
      exchange_(std::move(exchange)),
      issuer_(std::move(settings.issuer)),
      account_(settings.account),
      xkey_(settings.xkey),
      auth_users_(settings.auth_users.begin(), settings.auth_users.end()),
      delegated_(settings.allowed_accounts.begin(), settings.allowed_accounts.end()),
      of_servers_(made(in_callout_account({}, CalloutRole::kServes))),
      of_clients_(made(in_callout_account({}, CalloutRole::kClient))) {
  auth_users_.erase("");  // nobody is called so, and nobody serves by saying nothing
  Nkey issuer;
  if (decode_nkey(issuer_, issuer) == NkeyFault::kNone) issuer_key_ = issuer.key;
  for (CalloutSettings::Account& account : settings.accounts) {
    auto permissions = std::move(account.default_permissions);
    if (account.id == account_) {
      permissions = in_callout_account(permissions.value_or(PermissionSettings{}),
                                       CalloutRole::kClient);
    }
    accounts_[account.name] = {account.id,
                               permissions ? made(*std::move(permissions)) : nullptr};
  }
}

// A question is signed, and a key made for it.
LoginCost CalloutAuthenticator::cost(const ConnectOptions& options) const {
  return std::max(users_->cost(options), LoginCost::kBrief);
}

LoginCost CalloutAuthenticator::cost_again(const LoginRecord& record) const {
  return dynamic_cast<const CalloutRecord*>(&record) != nullptr ? LoginCost::kQuick
                                                               : users_->cost_again(record);
}

bool CalloutAuthenticator::claims_to_serve(const ConnectOptions& options) const {
  // A name in the place of an nkey is nobody's, and an nkey in the place of a name.
  if (is_user_nkey(options.nkey) && serves(options.nkey)) return true;
  return serves(options.user) && !is_user_nkey(options.user);
}

bool CalloutAuthenticator::is_delegated(const Verdict& verdict) const {
  if (!verdict.allowed || verdict.grant.account == kGlobalAccount) return true;
  return delegated_.empty() || delegated_.contains(verdict.grant.account_name);
}

// Users of a list have this among their permissions; a single user or token has none.
Verdict CalloutAuthenticator::keep(Verdict verdict) const {
  if (verdict.allowed && verdict.grant.account == account_ && verdict.grant.permissions == nullptr) {
    verdict.grant.permissions = serves(verdict.grant.user) ? of_servers_ : of_clients_;
  }
  return verdict;
}

Verdict CalloutAuthenticator::decide(const ConnectOptions& options,
                                     const ConnectionFacts& facts) const {
  Verdict verdict = has_users() ? users_->decide(options, facts) : refused("there are no users");
  const bool serves_here = verdict.allowed ? serves(verdict.grant.user) : claims_to_serve(options);
  if (serves_here || !is_delegated(verdict)) return keep(std::move(verdict));
  return ask(options, facts, verdict);
}

Verdict CalloutAuthenticator::ask(const ConnectOptions& options, const ConnectionFacts& facts,
                                  const Verdict& verdict) const {
  CalloutAddress address;
  address.account = account_;
  address.subject = issuer_;
  address.seal_for = xkey_;
  Verdict undecided = refused("the request to the auth callout service cannot be sealed");
  undecided.callout = exchange_.ask(address, options_for_service(options, verdict), facts);
  if (undecided.callout != nullptr && verdict.allowed) undecided.callout->known_as = verdict.grant;
  return undecided;
}

Verdict CalloutAuthenticator::decide_called_out(const CalloutQuestion& question,
                                                std::string_view answer,
                                                const ConnectionFacts& facts) const {
  const auto by_issuer = [this](const AuthorizationResponseClaims& claims) {
    return claims.standard.issuer == issuer_key_;
  };
  std::string fault;
  auto user = exchange_.open(question, answer, facts.wall_ns, by_issuer, fault);
  if (!user) return refused(std::move(fault));
  auto claims = std::make_shared<const UserClaims>(*std::move(user));
  return judge(claims, claims->standard.name.empty() ? question.shown : claims->standard.name, facts);
}

Verdict CalloutAuthenticator::decide_again(const LoginRecord& record,
                                           const ConnectionFacts& facts) const {
  if (const auto* known = dynamic_cast<const CalloutRecord*>(&record)) {
    return judge(known->claims(), known->shown(), facts);
  }
  Verdict verdict =
      has_users() ? users_->decide_again(record, facts) : refused("there are no users any more");
  if (!verdict.allowed) return verdict;
  if (serves(verdict.grant.user) || !is_delegated(verdict)) return keep(std::move(verdict));
  return refused("the auth callout service decides about it now");
}

Verdict CalloutAuthenticator::judge(std::shared_ptr<const UserClaims> claims,
                                    const std::string& shown, const ConnectionFacts& facts) const {
  const StandardClaims& user = claims->standard;
  const UserLimits& limits = claims->limits;
  if (has_expired(user, facts.wall_ns)) {
    Verdict expired = refused("the user's JWT: claim is expired");
    expired.refusal = Refusal::kExpired;
    return expired;
  }
  if (!has_begun(user, facts.wall_ns)) return refused("the user's JWT is not valid yet");
  if (claims->issuer_account) return refused("the user's JWT names an issuer_account, without operators");
  if (user.issuer != issuer_key_) return refused("the user's JWT has another issuer");
  const auto account = accounts_.find(user.audience);
  if (account == accounts_.end()) return refused("the audience of the user's JWT is no account");
  if (limits.proxy_required) return refused("proxy connection required");
  if (!may_come_by(limits.connection_types, facts.kind)) {
    return refused("the user may not come by this kind of connection");
  }
  if (!is_in_networks(facts.ip, limits.sources)) {
    return refused("the user may not come from this address");
  }
  const auto window_ns = end_of_window_ns(limits.times, limits.times_location, facts.wall_ns);
  if (!window_ns) return refused("the user may not come at this time");
  auto permissions = permission_settings(limits.permissions);
  if (!permissions) return refused("the user's permissions are malformed");

  Verdict verdict;
  verdict.allowed = true;
  verdict.grant.user = shown;
  verdict.grant.account = account->second.id;
  verdict.grant.account_name = account->first;
  if (limits.permissions.empty()) {
    verdict.grant.permissions = account->second.default_permissions;
  } else {
    verdict.grant.permissions = made(
        account->second.id == account_
            ? in_callout_account(*std::move(permissions), CalloutRole::kClient)
            : *std::move(permissions));
  }
  auto record = std::make_unique<CalloutRecord>(claims, shown);
  record->expires_ns = earlier(nanoseconds(user.expires_s), *window_ns);
  record->subscriptions_max = stated_limit(limits.subscriptions_max);
  record->payload_bytes_max = stated_limit(limits.payload_bytes_max);
  verdict.record = std::move(record);
  return verdict;
}

}  // namespace antiphon
