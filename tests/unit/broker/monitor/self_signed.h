// A throw-away certificate with its key, as PEM files that are gone with the object.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace antiphon {

class SelfSigned {
 public:
  SelfSigned() {
    const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key(::EVP_EC_gen("P-256"),
                                                                    &::EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&::X509_free)> certificate(::X509_new(), &::X509_free);
    X509* made = certificate.get();
    ::X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    ::X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    ::X509_set_pubkey(made, key.get());
    const auto* name = reinterpret_cast<const unsigned char*>("localhost");
    ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(made), "CN", MBSTRING_ASC, name, -1, -1,
                                 0);
    ::X509_set_issuer_name(made, ::X509_get_subject_name(made));
    EXPECT_GT(::X509_sign(made, key.get(), ::EVP_sha256()), 0);
    write(cert_file, [&](FILE* file) { return ::PEM_write_X509(file, made); });
    write(key_file, [&](FILE* file) {
      return ::PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  ~SelfSigned() {
    ::unlink(cert_file.c_str());
    ::unlink(key_file.c_str());
  }
  SelfSigned(const SelfSigned&) = delete;
  SelfSigned& operator=(const SelfSigned&) = delete;

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
