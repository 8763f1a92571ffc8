#include "protocol/choria/verify.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "protocol/bytes/base64.h"
#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/message_vectors.h"
#include "tests/unit/protocol/choria/verify_vectors.h"

namespace antiphon::choria {
namespace {

constexpr int64_t kNow = 1'800'000'000;  // inside the validity of the test certificates
constexpr int64_t kBeforeValidity = 1'700'000'000;
constexpr int64_t kAfterValidity = 5'000'000'000;

class ChoriaVerify : public testing::Test {
 protected:
  static CallerTrust trust(const CallerRules& rules = {}) {
    auto made = CallerTrust::create(vectors::kCaCertificate, rules);
    EXPECT_TRUE(made.ok()) << made.status();
    return std::move(*made);
  }
  static Verdict verdict(const SecureRequest& secure, const CallerTrust& trust,
                         int64_t now = kNow) {
    Request request;
    const Problem problem = parse_request(secure.message, request);
    EXPECT_FALSE(problem) << describe(problem);
    return verify_request(secure, request, trust, now);
  }
  static SecureRequest parsed(std::string_view secure_json) {
    SecureRequest secure;
    EXPECT_FALSE(parse_secure_request(secure_json, secure));
    return secure;
  }
  static SecureRequest made_of(const vectors::VerifyCase& one) {
    return {std::string(one.message), std::string(one.signature), std::string(one.pubcert)};
  }
  void TearDown() override {
    EXPECT_EQ(ERR_peek_error(), 0u) << "errors left for TLS to trip over";
  }
};

TEST_F(ChoriaVerify, AcceptsExactlyWhatTheReferenceAccepts) {
  const CallerTrust believed = trust();
  for (const auto& one : vectors::kVerifications) {
    const Verdict found = verdict(made_of(one), believed);
    EXPECT_EQ(found == Verdict::kAccepted, one.accepted) << one.name << ": " << verdict_text(found);
  }
}

TEST_F(ChoriaVerify, SaysWhyNot) {
  const auto of = [&](std::string_view name) {
    for (const auto& one : vectors::kVerifications) {
      if (one.name == name) return verdict(made_of(one), trust());
    }
    ADD_FAILURE() << name;
    return Verdict::kAccepted;
  };
  EXPECT_EQ(of("somebody else's name"), Verdict::kNameMismatch);
  EXPECT_EQ(of("a node's certificate"), Verdict::kNotAllowed);
  EXPECT_EQ(of("a privileged certificate without a certname"), Verdict::kBadCallerId);
  EXPECT_EQ(of("a certificate for servers only"), Verdict::kUntrustedChain);
  EXPECT_EQ(of("a certificate of another authority"), Verdict::kUntrustedChain);
  EXPECT_EQ(of("a certificate whose intermediate is missing"), Verdict::kUntrustedChain);
  EXPECT_EQ(of("a changed message"), Verdict::kBadSignature);
  EXPECT_EQ(of("a changed signature"), Verdict::kBadSignature);
  EXPECT_EQ(of("a signature that is not base64"), Verdict::kBadSignature);
  EXPECT_EQ(of("another caller's certificate"), Verdict::kNameMismatch);
}

TEST_F(ChoriaVerify, TakesTheTimeItIsGiven) {
  EXPECT_EQ(verdict(parsed(vectors::kSecureRequest), trust()), Verdict::kAccepted);
  EXPECT_EQ(verdict(parsed(vectors::kSecureRequest), trust(), kBeforeValidity),
            Verdict::kUntrustedChain);
  EXPECT_EQ(verdict(parsed(vectors::kSecureRequest), trust(), kAfterValidity),
            Verdict::kUntrustedChain);
}

TEST_F(ChoriaVerify, FollowsTheRulesForNames) {
  EXPECT_EQ(verdict(parsed(vectors::kSecureRequest), trust({.allowed = {}})), Verdict::kNotAllowed);
  EXPECT_EQ(verdict(parsed(vectors::kSecureRequest), trust({.allowed = {"/^alice\\./"}})),
            Verdict::kAccepted);
  EXPECT_EQ(verdict(parsed(vectors::kSecureRequest), trust({.allowed = {"ALICE"}})),
            Verdict::kNotAllowed);
  EXPECT_EQ(
      verdict(parsed(vectors::kSecureRequest), trust({.allowed = {}, .privileged = {"alice"}})),
      Verdict::kAccepted);
}

TEST_F(ChoriaVerify, RefusesUnsignedRequests) {
  EXPECT_EQ(verdict(parsed(vectors::kInsecureSecureRequest), trust()), Verdict::kBadCertificate);
  EXPECT_EQ(verdict(parsed(vectors::kInsecureRegistration), trust()), Verdict::kBadCertificate);
}

TEST_F(ChoriaVerify, AnswersAnEllipticCurveCertificateWithAnError) {
  SecureRequest secure{std::string(vectors::kPlainRequest), "AAAA",
                       std::string(vectors::kEcCertificate)};
  Request request;
  ASSERT_FALSE(parse_request(secure.message, request));
  request.caller_id = "choria=erin.mcollective";
  EXPECT_EQ(verify_request(secure, request, trust(), kNow), Verdict::kNotRsa);
  EXPECT_FALSE(Certificate::from_pem(vectors::kEcCertificate)->verify("x", "y"));
}

TEST_F(ChoriaVerify, RefusesACallerRuleThatDoesNotCompile) {
  EXPECT_FALSE(CallerTrust::create(vectors::kCaCertificate, {.allowed = {"("}}).ok());
  EXPECT_FALSE(CallerTrust::create(vectors::kCaCertificate, {.privileged = {"/(/"}}).ok());
}

TEST_F(ChoriaVerify, RefusesAuthoritiesThatItCannotReadWhole) {
  const std::string authority(vectors::kCaCertificate);
  std::string broken = authority;
  broken.erase(broken.size() / 2, 40);
  const auto said = [](const std::string& pem) {
    const auto made = CallerTrust::create(pem, {});
    return made.ok() ? std::string() : std::string(made.status().message());
  };
  EXPECT_EQ(said(authority + std::string(vectors::kEcCertificate)), "");
  EXPECT_EQ(said("subject=CN = some comment\n" + authority), "");
  EXPECT_EQ(said(""), "certificate authority: no PEM certificate");
  EXPECT_EQ(said("nothing"), "certificate authority: no PEM certificate");
  EXPECT_EQ(said(broken), "certificate authority: certificate 1 of 1 cannot be read");
  EXPECT_EQ(said(authority + broken), "certificate authority: certificate 2 of 2 cannot be read");
  EXPECT_EQ(said(authority + broken + authority), "certificate authority: certificate 2 of 3 cannot be read");
  std::string many;
  for (size_t i = 0; i <= kCertificatesMax; ++i) many += authority;
  EXPECT_EQ(said(many), "certificate authority: more than 16 certificates, or 65536 bytes");
}

TEST_F(ChoriaVerify, SignsAsTheReferenceDoes) {
  for (const auto pem : {vectors::kAliceKey, vectors::kAlicePkcs1Key}) {
    const auto key = RsaKey::from_pem(pem);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(base64(*key->sign(vectors::kSignedText)), vectors::kSignature);
    const auto secure =
        sign_request(std::string(vectors::kFilteredRequest), *key, vectors::kAliceCertificate);
    ASSERT_TRUE(secure.ok());
    std::string out;
    append_secure_request(*secure, out);
    EXPECT_EQ(out, vectors::kSecureRequest);
  }
}

TEST_F(ChoriaVerify, RefusesKeysThatCannotSign) {
  EXPECT_FALSE(RsaKey::from_pem(vectors::kEcKey).ok());
  EXPECT_FALSE(RsaKey::from_pem("").ok());
  EXPECT_FALSE(RsaKey::from_pem(vectors::kAliceCertificate).ok());
  EXPECT_FALSE(RsaKey::from_pem(std::string(kPemBytesMax + 1, 'x')).ok());
}

TEST_F(ChoriaVerify, NeverAsksForAPassphrase) {
  // A PEM block may claim to be encrypted; OpenSSL would then ask the terminal and wait.
  std::string pem(vectors::kAliceCertificate);
  const std::string_view begin = "-----BEGIN CERTIFICATE-----\n";
  pem.insert(begin.size(),
             "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"
             "00112233445566778899AABBCCDDEEFF\n\n");
  EXPECT_FALSE(Certificate::from_pem(pem));
}

TEST_F(ChoriaVerify, ReadsTheNamesOfACertificate) {
  const auto web = Certificate::from_pem(vectors::kWebCertificate);
  ASSERT_TRUE(web);
  EXPECT_EQ(web->common_name(), "web1.example.net");
  EXPECT_EQ(web->dns_names(), std::vector<std::string>{"web1.example.net"});
  EXPECT_TRUE(web->carries_name("web1.example.net"));
  EXPECT_FALSE(web->carries_name("WEB1.example.net"));
  EXPECT_FALSE(web->carries_name(""));
}

TEST_F(ChoriaVerify, BoundsBundles) {
  std::string bundle;
  for (size_t i = 0; i < kCertificatesMax; ++i) bundle += vectors::kAliceCertificate;
  EXPECT_TRUE(Certificate::from_pem(bundle));
  EXPECT_FALSE(Certificate::from_pem(bundle + std::string(vectors::kAliceCertificate)));
  EXPECT_FALSE(Certificate::from_pem(std::string(kPemBytesMax + 1, ' ')));
}

TEST_F(ChoriaVerify, NoChangedByteOfACertificateIsAcceptedOrFatal) {
  const CallerTrust believed = trust();
  SecureRequest secure;
  Request request;
  ASSERT_FALSE(parse_secure_request(vectors::kSecureRequest, secure));
  ASSERT_FALSE(parse_request(secure.message, request));
  const std::string pem = secure.pubcert;
  for (size_t i = 28; i + 27 < pem.size(); i += 3) {
    secure.pubcert = pem;
    secure.pubcert[i] = secure.pubcert[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(verify_request(secure, request, believed, kNow), Verdict::kAccepted) << i;
  }
  const size_t end_line = pem.find("-----END");
  for (size_t length = 0; length <= end_line; length += 7) {
    secure.pubcert = pem.substr(0, length);
    EXPECT_EQ(verify_request(secure, request, believed, kNow), Verdict::kBadCertificate) << length;
  }
}

}  // namespace
}  // namespace antiphon::choria
