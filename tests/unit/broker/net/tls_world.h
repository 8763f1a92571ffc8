// Certificates and connected sockets for TLS tests, made anew in each run.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "broker/net/tls_context.h"
#include "broker/net/tls_stream.h"
#include "broker/runtime/unique_descriptor.h"

namespace antiphon {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { ::X509_free(certificate); }
};

// A self-signed certificate that is its own authority, and its key, in files.
class Identity {
 public:
  explicit Identity(const std::string& name) {
    folder_ = std::filesystem::temp_directory_path() /
              ("antiphon-tls-" + std::to_string(::getpid()) + "-" + name);
    std::filesystem::create_directories(folder_);
    const std::unique_ptr<EVP_PKEY, FreeKey> key(::EVP_EC_gen("P-256"));
    const std::unique_ptr<X509, FreeCertificate> certificate(::X509_new());
    ::X509_set_version(certificate.get(), X509_VERSION_3);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), -3600);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 3600);
    X509_NAME* subject = ::X509_get_subject_name(certificate.get());
    ::X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    ::X509_set_issuer_name(certificate.get(), subject);
    ::X509_set_pubkey(certificate.get(), key.get());
    EXPECT_GT(::X509_sign(certificate.get(), key.get(), ::EVP_sha256()), 0);
    FILE* file = std::fopen(cert_file().c_str(), "w");
    EXPECT_EQ(::PEM_write_X509(file, certificate.get()), 1);
    std::fclose(file);
    file = std::fopen(key_file().c_str(), "w");
    EXPECT_EQ(::PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr), 1);
    std::fclose(file);
  }
  ~Identity() { std::filesystem::remove_all(folder_); }
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  std::string cert_file() const { return folder_ / "cert.pem"; }
  std::string key_file() const { return folder_ / "key.pem"; }
  TlsSettings settings() const {
    TlsSettings settings;
    settings.cert_file = cert_file();
    settings.key_file = key_file();
    settings.ca_file = cert_file();
    return settings;
  }

 private:
  std::filesystem::path folder_;
};

struct SocketPair {
  SocketPair() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    server = UniqueDescriptor(ends[0]);
    client = UniqueDescriptor(ends[1]);
  }
  UniqueDescriptor server;
  UniqueDescriptor client;
};

// Runs both sides' handshakes by turns. Returns whether both are done.
inline bool shake_hands(SSL* server, SSL* client) {
  constexpr int kRoundsMax = 100;
  for (int i = 0; i < kRoundsMax; ++i) {
    const int from_client = ::SSL_do_handshake(client);
    const int from_server = ::SSL_do_handshake(server);
    if (from_client == 1 && from_server == 1) return true;
    for (const auto& [connection, code] : {std::pair(client, from_client), {server, from_server}}) {
      const int error = ::SSL_get_error(connection, code);
      if (code != 1 && error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
    }
  }
  return false;
}

}  // namespace antiphon
