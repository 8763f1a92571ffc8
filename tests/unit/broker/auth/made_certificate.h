// Certificates in memory with the names that a test wants.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "broker/auth/peer_certificate.h"

namespace antiphon {

struct SubjectPart {
  const char* type;
  std::string value;
  bool with_previous = false;  // in the same part as the one before
};

// `subject` as certificates have it, the least specific part first; `names` as a subjectAltName
// extension takes them ("DNS:a,email:b"), empty: none.
inline PeerCertificate made_certificate(const std::vector<SubjectPart>& subject,
                                        const std::string& names = {}) {
  const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(::EVP_EC_gen("P-256"),
                                                                  &::EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&::X509_free)> made(::X509_new(), &::X509_free);
  ::X509_set_version(made.get(), X509_VERSION_3);
  ::X509_set_pubkey(made.get(), key.get());
  for (const SubjectPart& part : subject) {
    EXPECT_EQ(::X509_NAME_add_entry_by_txt(
                  ::X509_get_subject_name(made.get()), part.type, MBSTRING_UTF8,
                  reinterpret_cast<const unsigned char*>(part.value.data()),
                  static_cast<int>(part.value.size()), -1, part.with_previous ? -1 : 0),
              1)
        << part.type;
  }
  if (!names.empty()) {
    X509_EXTENSION* extension =
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    EXPECT_EQ(::X509_add_ext(made.get(), extension, -1), 1);
    ::X509_EXTENSION_free(extension);
  }
  EXPECT_GT(::X509_sign(made.get(), key.get(), ::EVP_sha256()), 0);
  return PeerCertificate(made.get());
}

}  // namespace antiphon
