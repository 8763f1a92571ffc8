#include "fleet/bench/throwaway_authority.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

#include "broker/net/tls_context.h"

namespace antiphon::fleet::bench {
namespace {

constexpr unsigned kRsaBits = 2048;
constexpr long kClockSkewSeconds = 3600;
constexpr long kValidSeconds = 24 * 3600;

template <auto Free>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeBy<&::EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, FreeBy<&::X509_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreeBy<&::X509_EXTENSION_free>>;

struct Identity {
  KeyPtr key;
  CertificatePtr certificate;
};

absl::Status openssl_error(const std::string& what) {
  return absl::InternalError("cannot make " + what + ": " + take_openssl_errors());
}

bool add_extension(X509* certificate, int nid, const char* value) {
  const ExtensionPtr extension(::X509V3_EXT_conf_nid(nullptr, nullptr, nid, value));
  return extension != nullptr && ::X509_add_ext(certificate, extension.get(), -1) == 1;
}

// Signed by `issuer`, or by itself when there is none.
Identity make_identity(const char* name, long serial, const Identity* issuer, const char* names) {
  Identity made{KeyPtr(EVP_RSA_gen(kRsaBits)), CertificatePtr(::X509_new())};
  X509* x509 = made.certificate.get();
  if (made.key == nullptr || x509 == nullptr) return {};
  ::X509_set_version(x509, X509_VERSION_3);
  ::ASN1_INTEGER_set(::X509_get_serialNumber(x509), serial);
  ::X509_gmtime_adj(X509_getm_notBefore(x509), -kClockSkewSeconds);
  ::X509_gmtime_adj(X509_getm_notAfter(x509), kValidSeconds);
  ::X509_set_pubkey(x509, made.key.get());
  ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  const Identity& signer = issuer == nullptr ? made : *issuer;
  ::X509_set_issuer_name(x509, ::X509_get_subject_name(signer.certificate.get()));
  const char* constraints = issuer == nullptr ? "critical,CA:TRUE" : "critical,CA:FALSE";
  if (!add_extension(x509, NID_basic_constraints, constraints)) return {};
  if (names != nullptr && !add_extension(x509, NID_subject_alt_name, names)) return {};
  if (::X509_sign(x509, signer.key.get(), ::EVP_sha256()) == 0) return {};
  return made;
}

template <typename Write>
bool write_pem(const std::string& path, Write write) {
  FILE* file = std::fopen(path.c_str(), "wx");
  if (file == nullptr) return false;
  const bool written = write(file) == 1;
  return std::fclose(file) == 0 && written;
}

bool write_identity(const Identity& identity, const std::string& cert, const std::string& key) {
  return write_pem(
             cert,
             [&](FILE* file) { return ::PEM_write_X509(file, identity.certificate.get()); }) &&
         write_pem(key, [&](FILE* file) {
           return ::PEM_write_PrivateKey(file, identity.key.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr);
         });
}

}  // namespace

absl::Status make_throwaway_authority(const std::string& directory, TlsFiles& files) {
  files = {directory + "/ca.pem", directory + "/server.pem", directory + "/server.key",
           directory + "/client.pem", directory + "/client.key"};
  const Identity authority = make_identity("antiphon bench authority", 1, nullptr, nullptr);
  if (authority.key == nullptr) return openssl_error("a certificate authority");
  const Identity server = make_identity("localhost", 2, &authority, "DNS:localhost,IP:127.0.0.1");
  const Identity client = make_identity("bench.mcollective", 3, &authority, nullptr);
  if (server.key == nullptr || client.key == nullptr) return openssl_error("certificates");
  if (!write_identity(authority, files.ca, directory + "/ca.key") ||
      !write_identity(server, files.server_cert, files.server_key) ||
      !write_identity(client, files.client_cert, files.client_key)) {
    return absl::InternalError("cannot write certificates to " + directory);
  }
  return absl::OkStatus();
}

}  // namespace antiphon::fleet::bench
