#include "broker/auth/user_table.h"

#include "broker/auth/certificate_names.h"
#include "broker/auth/nkey_record.h"
#include "broker/auth/password.h"
#include "broker/auth/password_record.h"

namespace antiphon {
namespace {

constexpr char kWrongPassword[] = "the user or its password is wrong";
constexpr char kWrongKind[] = "its user may not come by this kind of connection";

template <typename Users>
auto find_user(const Users& users, std::string_view name) -> decltype(users.begin()->second.get()) {
  const auto found = users.find(name);
  return found == users.end() ? nullptr : found->second.get();
}

template <typename User>
Verdict grant(const User& user, const ConnectionFacts& facts) {
  if (!user.kinds.allows(facts.kind)) return refused(kWrongKind);
  Verdict verdict;
  verdict.allowed = true;
  verdict.grant.user = user.shown;
  verdict.grant.permissions = user.permissions;
  verdict.grant.account = user.account;
  verdict.grant.account_name = user.account_name;
  return verdict;
}

}  // namespace

UserTable::UserTable(AuthSettings settings)
    : no_auth_user_(std::move(settings.no_auth_user)),
      map_certificates_(settings.map_certificates) {
  for (UserSettings& user : settings.users) add(std::move(user));
}

void UserTable::add(UserSettings settings) {
  const bool by_nkey = !settings.nkey.empty();
  auto user = std::make_shared<User>();
  user->shown = by_nkey ? std::move(settings.nkey) : std::move(settings.user);
  user->password = std::move(settings.password);
  if (settings.permissions) {
    user->permissions = std::make_shared<Permissions>(*std::move(settings.permissions));
  }
  user->account = settings.account;
  user->account_name = std::move(settings.account_name);
  user->kinds = settings.connection_kinds;
  if (by_nkey) {
    nkeys_.insert_or_assign(user->shown, std::move(user));
    return;
  }
  if (stand_in_.empty() && is_bcrypt(user->password)) stand_in_ = user->password;
  if (map_certificates_) {
    if (auto name = DistinguishedName::parse(user->shown)) named_.push_back({*std::move(name), user});
  }
  users_.insert_or_assign(user->shown, std::move(user));
}

bool UserTable::is_anonymous(const ConnectOptions& options) const {
  return accepts_anonymous() && options.user.empty() && options.pass.empty() &&
         options.auth_token.empty() && options.nkey.empty();
}

// ---- Nkeys ---------------------------------------------------------------------------------------

Verdict UserTable::decide_by_nkey(const ConnectOptions& options,
                                  const ConnectionFacts& facts) const {
  const User* user = find_user(nkeys_, options.nkey);
  if (user == nullptr) return refused("no user has this nkey");
  if (options.sig.empty()) return refused("the nkey's signature is missing");
  Nkey nkey;
  const bool right = !facts.nonce.empty() && decode_nkey(options.nkey, nkey) == NkeyFault::kNone &&
                     nkey_verify_nonce(nkey, facts.nonce, options.sig);
  if (!right) return refused("the nkey's signature is wrong");
  Verdict verdict = grant(*user, facts);
  if (!verdict.allowed) return verdict;
  verdict.grant.public_key = user->shown;
  verdict.record = std::make_unique<NkeyRecord>(nkey.key);
  return verdict;
}

// ---- Certificates --------------------------------------------------------------------------------

const UserTable::User* UserTable::user_of_subject(const DistinguishedName& subject,
                                                  const ConnectionFacts& facts) const {
  const User* reordered = nullptr;
  for (const NamedUser& named : named_) {
    if (!named.user->kinds.allows(facts.kind)) continue;
    if (named.name == subject) return named.user.get();
    if (reordered == nullptr && named.name.has_parts_of(subject)) reordered = named.user.get();
  }
  return reordered;
}

const UserTable::User* UserTable::user_of_certificate(const ConnectionFacts& facts) const {
  const CertificateNames names = names_of(facts.verified_certificate);
  for (const std::string& name : names.alternatives) {
    const User* user = find_user(users_, name);
    if (user != nullptr && user->kinds.allows(facts.kind)) return user;
  }
  return names.subject ? user_of_subject(*names.subject, facts) : nullptr;
}

Verdict UserTable::decide_by_certificate(const ConnectOptions& options,
                                         const ConnectionFacts& facts) const {
  if (!facts.verified_certificate) return refused("it showed no certificate");
  const User* user = user_of_certificate(facts);
  if (user == nullptr) return refused("no user has a name of its certificate");
  if (!secret_matches(user->password, options.pass)) return refused(kWrongPassword);
  Verdict verdict = grant(*user, facts);
  if (verdict.allowed) verdict.record = PasswordRecord::of(options);
  return verdict;
}

// ---- Passwords -----------------------------------------------------------------------------------

// For a name that nobody has: a password of somebody, so that the time a refusal takes does not tell
// which names there are.
const std::string& UserTable::password_of(const std::string& name) const {
  const User* user = find_user(users_, name);
  return user == nullptr ? stand_in_ : user->password;
}

Verdict UserTable::decide_by_password(const ConnectOptions& options,
                                      const ConnectionFacts& facts) const {
  const bool matches = secret_matches(password_of(options.user), options.pass);
  const User* user = find_user(users_, options.user);
  if (!matches || user == nullptr) return refused(kWrongPassword);
  Verdict verdict = grant(*user, facts);
  if (verdict.allowed) verdict.record = PasswordRecord::of(options);
  return verdict;
}

Verdict UserTable::decide_anonymous(const ConnectionFacts& facts) const {
  const User* user = find_user(users_, no_auth_user_);
  if (user == nullptr) user = find_user(nkeys_, no_auth_user_);
  return user == nullptr ? refused("it sent no credentials") : grant(*user, facts);
}

// ---- All of them ---------------------------------------------------------------------------------

Verdict UserTable::decide(const ConnectOptions& options, const ConnectionFacts& facts) const {
  if (!options.nkey.empty() && !nkeys_.empty()) return decide_by_nkey(options, facts);
  // A certificate names whoever shows one; being nobody is for those who are asked for a password.
  const bool anonymous_nkey = is_anonymous(options) && nkeys_.contains(no_auth_user_);
  if (anonymous_nkey) return decide_anonymous(facts);
  if (map_certificates_ && !users_.empty()) return decide_by_certificate(options, facts);
  return is_anonymous(options) ? decide_anonymous(facts) : decide_by_password(options, facts);
}

LoginCost UserTable::cost(const ConnectOptions& options) const {
  if (!options.nkey.empty() && !nkeys_.empty()) {
    const bool verifies = !options.sig.empty() && nkeys_.contains(options.nkey);
    return verifies ? LoginCost::kBrief : LoginCost::kQuick;
  }
  if (map_certificates_) return stand_in_.empty() ? LoginCost::kQuick : LoginCost::kLong;
  if (is_anonymous(options)) return LoginCost::kQuick;
  return is_bcrypt(password_of(options.user)) ? LoginCost::kLong : LoginCost::kQuick;
}

LoginCost UserTable::cost_again(const LoginRecord& record) const {
  const auto* passwords = dynamic_cast<const PasswordRecord*>(&record);
  return passwords == nullptr ? LoginCost::kQuick : cost(passwords->options());
}

Verdict UserTable::decide_again(const LoginRecord& record, const ConnectionFacts& facts) const {
  if (const auto* passwords = dynamic_cast<const PasswordRecord*>(&record)) {
    return decide(passwords->options(), facts);
  }
  const auto* proven = dynamic_cast<const NkeyRecord*>(&record);
  if (proven == nullptr) return refused("its way to log in is not configured any more");
  const User* user = find_user(nkeys_, proven->nkey());
  if (user == nullptr) return refused("no user has its nkey any more");
  Verdict verdict = grant(*user, facts);
  if (!verdict.allowed) return verdict;
  verdict.grant.public_key = user->shown;
  verdict.record = record.copy();
  return verdict;
}

}  // namespace antiphon
