// A certificate that vouches for itself, with its key, as PEM files that are gone with the object.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace antiphon {

class ThrowawayIdentity {
 public:
  enum class Key { kEc, kRsa };

  // `names` as in a subjectAltName extension: "DNS:localhost,IP:127.0.0.1".
  ThrowawayIdentity(const std::string& common_name, const std::string& names, Key kind = Key::kEc) {
    const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(
        kind == Key::kEc ? ::EVP_EC_gen("P-256") : ::EVP_RSA_gen(2048), &::EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&::X509_free)> certificate(::X509_new(), &::X509_free);
    X509* made = certificate.get();
    ::X509_set_version(made, X509_VERSION_3);
    ::X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    ::X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    ::X509_set_pubkey(made, key.get());
    ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(made), "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(common_name.c_str()), -1,
                                 -1, 0);
    ::X509_set_issuer_name(made, ::X509_get_subject_name(made));
    X509_EXTENSION* alternative =
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
    EXPECT_EQ(::X509_add_ext(made, alternative, -1), 1);
    ::X509_EXTENSION_free(alternative);
    EXPECT_GT(::X509_sign(made, key.get(), ::EVP_sha256()), 0);
    write(cert_file, [&](FILE* file) { return ::PEM_write_X509(file, made); });
    write(key_file, [&](FILE* file) {
      return ::PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  ~ThrowawayIdentity() {
    ::unlink(cert_file.c_str());
    ::unlink(key_file.c_str());
  }
  ThrowawayIdentity(const ThrowawayIdentity&) = delete;
  ThrowawayIdentity& operator=(const ThrowawayIdentity&) = delete;

  std::string cert_file = testing::TempDir() + "antiphon-XXXXXX";
  std::string key_file = testing::TempDir() + "antiphon-XXXXXX";

 private:
  template <typename Write>
  static void write(std::string& path, Write content) {
    FILE* file = ::fdopen(::mkstemp(path.data()), "w");
    EXPECT_EQ(content(file), 1);
    ::fclose(file);
  }
};

}  // namespace antiphon
