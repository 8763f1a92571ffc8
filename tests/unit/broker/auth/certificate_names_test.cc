#include "broker/auth/certificate_names.h"

#include "tests/unit/broker/auth/made_certificate.h"

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

std::optional<DistinguishedName> subject_of(const std::vector<SubjectPart>& parts) {
  return names_of(made_certificate(parts)).subject;
}

TEST(CertificateNames, AreMailAddressesThenDnsNamesThenUris) {
  const CertificateNames names =
      names_of(made_certificate({{"CN", "x"}}, "URI:spiffe://a/b,DNS:one,email:a@b,DNS:two,IP:1.2.3.4"));
  EXPECT_EQ(names.alternatives, (Texts{"a@b", "one", "two", "spiffe://a/b"}));
}

TEST(CertificateNames, TheSubjectIsReadFromItsMostSpecificPart) {
  EXPECT_EQ(subject_of({{"C", "US"}, {"O", "acme"}, {"OU", "ops"}, {"CN", "node1"}}),
            DistinguishedName::parse("CN=node1,OU=ops,O=acme,C=US"));
  EXPECT_EQ(subject_of({{"DC", "org"}, {"DC", "acme"}, {"OU", "a"}, {"OU", "b", true}, {"CN", "c"}}),
            DistinguishedName::parse("CN=c,OU=a+OU=b,DC=acme,DC=org"));
  EXPECT_EQ(subject_of({{"UID", "1"}, {"emailAddress", "a@b"}, {"CN", "c, d"}}),
            DistinguishedName::parse("CN=c\\, d,EMAILADDRESS=a@b,UID=1"));
}

TEST(CertificateNames, ASubjectWithSomethingUnknownIsNone) {
  EXPECT_EQ(subject_of({{"pseudonym", "x"}, {"CN", "admin"}}), std::nullopt);
  EXPECT_EQ(subject_of({}), std::nullopt);
}

TEST(CertificateNames, ANameWithAControlCharacterIsNone) {
  EXPECT_EQ(subject_of({{"CN", std::string("admin\0.evil", 11)}}), std::nullopt);
  EXPECT_EQ(subject_of({{"CN", "a\nb"}}), std::nullopt);
}

TEST(CertificateNames, WithoutACertificateThereAreNone) {
  EXPECT_TRUE(names_of({}).alternatives.empty());
  EXPECT_EQ(names_of({}).subject, std::nullopt);
  EXPECT_EQ(key_hash_of({}), "");
  EXPECT_EQ(PeerCertificate().der(), "");
}

TEST(CertificateNames, TheHashIsThatOfTheWholePublicKeyInfo) {
  const PeerCertificate certificate = made_certificate({{"CN", "x"}});
  const std::string hash = key_hash_of(certificate);
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(hash, key_hash_of(PeerCertificate(certificate)));
  EXPECT_NE(hash, key_hash_of(made_certificate({{"CN", "x"}})));
  EXPECT_EQ(certificate.der().substr(0, 1), "\x30");
}

}  // namespace
}  // namespace antiphon
