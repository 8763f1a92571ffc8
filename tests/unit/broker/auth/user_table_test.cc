#include "broker/auth/user_table.h"

#include "broker/auth/nkey_record.h"
#include "protocol/bytes/base64.h"
#include "tests/unit/broker/auth/made_certificate.h"

namespace antiphon {
namespace {

constexpr char kNonce[] = "PXoWU7zWAMt75FY";
constexpr char kBcrypt[] = "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";  // secret

struct Holder {
  Ed25519Seed seed = Ed25519Seed::random();
  std::string nkey = encode_nkey(NkeyPrefix::kUser, seed.public_key());

  ConnectOptions signs(std::string_view nonce) const {
    ConnectOptions options;
    options.nkey = nkey;
    append_base64url(options.sig, seed.sign(nonce));
    return options;
  }
};

class UserTableTest : public testing::Test {
 protected:
  void add_nkey(const Holder& holder) {
    UserSettings user;
    user.nkey = holder.nkey;
    settings_.users.push_back(user);
  }
  std::shared_ptr<const Authenticator> table() const { return make_authenticator(settings_); }
  static ConnectionFacts facts() {
    ConnectionFacts facts;
    facts.nonce = kNonce;
    return facts;
  }
  static ConnectionFacts shows(PeerCertificate certificate) {
    ConnectionFacts facts;
    facts.is_tls = true;
    facts.verified_certificate = std::move(certificate);
    return facts;
  }
  std::string mapped(const PeerCertificate& certificate) const {
    const Verdict verdict = table()->decide({}, shows(certificate));
    return verdict.allowed ? verdict.grant.user : "";
  }

  AuthSettings settings_;
  Holder joe_;
  Holder eve_;
};

// ---- Nkeys ---------------------------------------------------------------------------------------

TEST_F(UserTableTest, LetsInWhoSignsTheNonceWithAListedKey) {
  add_nkey(joe_);
  EXPECT_TRUE(table()->needs_nonce());
  const Verdict verdict = table()->decide(joe_.signs(kNonce), facts());
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.grant.user, joe_.nkey);
  EXPECT_EQ(verdict.grant.public_key, joe_.nkey);
  EXPECT_NE(verdict.record, nullptr);
}

TEST_F(UserTableTest, TakesASignatureInEitherAlphabetButNoOtherForm) {
  // A signature without 62 and 63 is written alike in both alphabets, and with '=' it is base64:
  // another holder is made until there is one of the two.
  std::string raw;
  std::string url;
  for (;;) {
    raw = joe_.seed.sign(kNonce);
    url.clear();
    append_base64url(url, raw);
    if (url.find_first_of("-_") != std::string::npos) break;
    joe_ = Holder();
  }
  add_nkey(joe_);
  ConnectOptions options = joe_.signs(kNonce);
  options.sig = base64(raw);
  EXPECT_TRUE(table()->decide(options, facts()).allowed);
  for (const std::string& sig :
       {raw, url + "=", url + "==", url.substr(1), url + "A", " " + url, url + "\n", std::string()}) {
    options.sig = sig;
    EXPECT_FALSE(table()->decide(options, facts()).allowed);
  }
  for (size_t bytes = 0; bytes < url.size(); ++bytes) {
    options.sig = url.substr(0, bytes);
    EXPECT_FALSE(table()->decide(options, facts()).allowed) << bytes;
  }
}

TEST_F(UserTableTest, RefusesEveryOtherSignature) {
  add_nkey(joe_);
  ConnectOptions stolen = eve_.signs(kNonce);
  stolen.nkey = joe_.nkey;
  EXPECT_FALSE(table()->decide(stolen, facts()).allowed) << "signed with another key";
  EXPECT_FALSE(table()->decide(joe_.signs("other"), facts()).allowed) << "a nonce of another time";
  EXPECT_FALSE(table()->decide(joe_.signs(""), facts()).allowed);
  EXPECT_FALSE(table()->decide(joe_.signs(""), {}).allowed) << "no nonce was told";
  EXPECT_FALSE(table()->decide(eve_.signs(kNonce), facts()).allowed) << "a key nobody listed";
  ConnectOptions unsigned_options;
  unsigned_options.nkey = joe_.nkey;
  EXPECT_FALSE(table()->decide(unsigned_options, facts()).allowed);
}

TEST_F(UserTableTest, AnNkeyStandsOrFallsByItselfBesidePasswords) {
  add_nkey(joe_);
  settings_.users.push_back({"ann", "secret"});
  ConnectOptions both = eve_.signs(kNonce);
  both.user = "ann";
  both.pass = "secret";
  EXPECT_FALSE(table()->decide(both, facts()).allowed);
  both.nkey.clear();
  EXPECT_TRUE(table()->decide(both, facts()).allowed);
  ConnectOptions by_name;
  by_name.user = joe_.nkey;
  EXPECT_FALSE(table()->decide(by_name, facts()).allowed) << "an nkey is no name";
}

TEST_F(UserTableTest, JudgesAProvenKeyAgainWithoutItsSignature) {
  add_nkey(joe_);
  const Verdict verdict = table()->decide(joe_.signs(kNonce), facts());
  settings_.users.push_back({"ann", "secret"});
  const Verdict again = table()->decide_again(*verdict.record, {});
  EXPECT_TRUE(again.allowed);
  EXPECT_EQ(again.grant.user, joe_.nkey);
  EXPECT_NE(again.record, nullptr);
  settings_.users.erase(settings_.users.begin());
  EXPECT_FALSE(table()->decide_again(*verdict.record, {}).allowed);
}

TEST_F(UserTableTest, AGuestWithAnNkeyNeedsNoSignatureAndProvesNothing) {
  add_nkey(joe_);
  settings_.no_auth_user = joe_.nkey;
  const Verdict guest = table()->decide({}, facts());
  EXPECT_TRUE(guest.allowed);
  EXPECT_EQ(guest.grant.public_key, "");
  EXPECT_EQ(guest.record, nullptr) << "who is nobody must not become somebody by a reload";
  ConnectOptions claims;
  claims.nkey = joe_.nkey;
  EXPECT_FALSE(table()->decide(claims, facts()).allowed);
}

TEST_F(UserTableTest, SignaturesAreBriefAndUnknownKeysQuick) {
  add_nkey(joe_);
  EXPECT_EQ(table()->cost(joe_.signs(kNonce)), LoginCost::kBrief);
  EXPECT_EQ(table()->cost(eve_.signs(kNonce)), LoginCost::kQuick);
}

TEST_F(UserTableTest, AUserForOtherKindsOfConnectionIsRefused) {
  UserSettings web{"ann", "secret"};
  web.connection_kinds.add(ConnectionKind::kWebsocket);
  UserSettings web_nkey;
  web_nkey.nkey = joe_.nkey;
  web_nkey.connection_kinds = web.connection_kinds;
  settings_.users = {web, web_nkey};
  ConnectOptions ann;
  ann.user = "ann";
  ann.pass = "secret";
  EXPECT_FALSE(table()->decide(ann, facts()).allowed);
  EXPECT_FALSE(table()->decide(joe_.signs(kNonce), facts()).allowed);
  ConnectionFacts from_the_web = facts();
  from_the_web.kind = ConnectionKind::kWebsocket;
  EXPECT_TRUE(table()->decide(ann, from_the_web).allowed);
  EXPECT_TRUE(table()->decide(joe_.signs(kNonce), from_the_web).allowed);
}

// ---- Certificates --------------------------------------------------------------------------------

TEST_F(UserTableTest, TheFirstNameOfTheCertificateThatIsAUsersCounts) {
  settings_.map_certificates = true;
  settings_.users = {{"a@b", ""}, {"node1", ""}, {"spiffe://x/y", ""}, {"CN=c,O=acme", ""}};
  EXPECT_EQ(mapped(made_certificate({{"O", "acme"}, {"CN", "c"}}, "DNS:node1,email:a@b")), "a@b");
  EXPECT_EQ(mapped(made_certificate({{"O", "acme"}, {"CN", "c"}}, "DNS:node2,DNS:node1")), "node1");
  EXPECT_EQ(mapped(made_certificate({{"O", "acme"}, {"CN", "c"}}, "URI:spiffe://x/y")),
            "spiffe://x/y");
  EXPECT_EQ(mapped(made_certificate({{"O", "acme"}, {"CN", "c"}}, "DNS:other")), "CN=c,O=acme");
}

TEST_F(UserTableTest, TheSubjectIsComparedPartByPart) {
  settings_.map_certificates = true;
  settings_.users = {{"CN=admin,OU=ops,O=acme", ""}};
  const std::string admin = settings_.users[0].user;
  EXPECT_EQ(mapped(made_certificate({{"O", "acme"}, {"OU", "ops"}, {"CN", "admin"}})), admin);
  EXPECT_EQ(mapped(made_certificate({{"CN", "admin"}, {"OU", "ops"}, {"O", "acme"}})), admin)
      << "in another order";
  const std::vector<std::vector<SubjectPart>> strangers = {
      {{"CN", "admin"}},
      {{"O", "acme"}, {"CN", "admin"}},
      {{"O", "acme"}, {"OU", "ops"}, {"CN", "Admin"}},
      {{"O", "acme"}, {"OU", "ops"}, {"OU", "ops"}, {"CN", "admin"}},
      {{"O", "acme"}, {"OU", "ops"}, {"CN", "admin", true}},
      {{"O", "acme"}, {"OU", "ops"}, {"CN", "admin"}, {"CN", "admin"}},
      {{"CN", "admin,OU=ops,O=acme"}},
      {{"O", "acme"}, {"CN", "admin,OU=ops"}},
      {{"DC", "evil"}, {"O", "acme"}, {"OU", "ops"}, {"CN", "admin"}},
      {{"UID", "evil"}, {"O", "acme"}, {"OU", "ops"}, {"CN", "admin"}},
      {{"pseudonym", "evil"}, {"O", "acme"}, {"OU", "ops"}, {"CN", "admin"}},
      {{"O", "acme"}, {"OU", "ops"}, {"OU", "admin"}},
      {{"O", "acme"}, {"OU", "ops"}, {"CN", std::string("admin\0", 6)}},
  };
  for (const auto& subject : strangers) EXPECT_EQ(mapped(made_certificate(subject)), "");
}

TEST_F(UserTableTest, TheExactSubjectCountsBeforeAReorderedOne) {
  settings_.map_certificates = true;
  settings_.users = {{"O=acme,CN=c", ""}, {"CN=c,O=acme", ""}};
  EXPECT_EQ(mapped(made_certificate({{"O", "acme"}, {"CN", "c"}})), "CN=c,O=acme");
  EXPECT_EQ(mapped(made_certificate({{"CN", "c"}, {"O", "acme"}})), "O=acme,CN=c");
}

TEST_F(UserTableTest, WhoMustBeMappedIsNobodyWithoutAVerifiedCertificate) {
  settings_.map_certificates = true;
  settings_.users = {{"node1", ""}, {"guest", ""}};
  settings_.no_auth_user = "guest";
  ConnectOptions named;
  named.user = "node1";
  EXPECT_FALSE(table()->decide(named, facts()).allowed);
  EXPECT_FALSE(table()->decide({}, facts()).allowed) << "the guest's name is for passwords";
  EXPECT_FALSE(table()->decide(named, shows(made_certificate({{"CN", "x"}}, "DNS:y"))).allowed);
}

TEST_F(UserTableTest, APasswordOfAMappedUserCountsToo) {
  settings_.map_certificates = true;
  settings_.users = {{"node1", "secret"}, {"node2", kBcrypt}};
  const ConnectionFacts one = shows(made_certificate({{"CN", "x"}}, "DNS:node1"));
  const ConnectionFacts two = shows(made_certificate({{"CN", "x"}}, "DNS:node2"));
  ConnectOptions options;
  EXPECT_FALSE(table()->decide(options, one).allowed);
  options.pass = "secret";
  EXPECT_TRUE(table()->decide(options, one).allowed);
  EXPECT_TRUE(table()->decide(options, two).allowed);
  EXPECT_EQ(table()->cost(options), LoginCost::kLong) << "whose it is shows only in the certificate";
}

TEST_F(UserTableTest, AMappedUserIsJudgedAgainByTheSameCertificate) {
  settings_.map_certificates = true;
  settings_.users = {{"node1", ""}};
  const ConnectionFacts one = shows(made_certificate({{"CN", "x"}}, "DNS:node1"));
  const Verdict verdict = table()->decide({}, one);
  EXPECT_TRUE(verdict.allowed);
  EXPECT_EQ(verdict.record, nullptr);
  settings_.users = {{"node2", ""}};
  EXPECT_FALSE(table()->decide({}, one).allowed);
}

TEST_F(UserTableTest, AMappedUserForOtherKindsOfConnectionIsPassedOver) {
  settings_.map_certificates = true;
  UserSettings web{"node1", ""};
  web.connection_kinds.add(ConnectionKind::kWebsocket);
  settings_.users = {web, {"alias", ""}};
  EXPECT_EQ(mapped(made_certificate({{"CN", "x"}}, "DNS:node1,DNS:alias")), "alias");
  EXPECT_EQ(mapped(made_certificate({{"CN", "x"}}, "DNS:node1")), "");
}

TEST_F(UserTableTest, AnNkeyComesBeforeTheCertificate) {
  settings_.map_certificates = true;
  add_nkey(joe_);
  settings_.users.push_back({"node1", ""});
  ConnectionFacts one = shows(made_certificate({{"CN", "x"}}, "DNS:node1"));
  one.nonce = kNonce;
  EXPECT_EQ(table()->decide({}, one).grant.user, "node1");
  EXPECT_EQ(table()->decide(joe_.signs(kNonce), one).grant.user, joe_.nkey);
  EXPECT_FALSE(table()->decide(eve_.signs(kNonce), one).allowed);
}

}  // namespace
}  // namespace antiphon
