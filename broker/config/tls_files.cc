#include "broker/config/tls_files.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

using Problems = std::vector<OptionProblem>;

template <auto function>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const {
    function(pointer);
  }
};
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;

// Keeps OpenSSL from asking a password on the terminal.
int refuse_password(char*, int, int, void*) {
  return -1;
}

Bio open_text(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::optional<std::string> read_or_report(const FileReader& read_file, std::string_view option,
                                          const std::string& path, Problems& problems) {
  if (path.empty()) return std::nullopt;  // reported by option_errors
  absl::StatusOr<std::string> text = read_file(path);
  if (text.ok()) return *std::move(text);
  problems.push_back(
      {option, "cannot read " + path + ": " + std::string(to_std(text.status().message()))});
  return std::nullopt;
}

Certificate read_certificate(const std::string& text) {
  const Bio bio = open_text(text);
  return Certificate(PEM_read_bio_X509(bio.get(), nullptr, refuse_password, nullptr));
}

PrivateKey read_key(const std::string& text) {
  const Bio bio = open_text(text);
  return PrivateKey(PEM_read_bio_PrivateKey(bio.get(), nullptr, refuse_password, nullptr));
}

void check_pair(const TlsOptions& tls, const FileReader& read_file, Problems& problems) {
  const auto cert_text = read_or_report(read_file, "tls.cert_file", tls.cert_file, problems);
  const auto key_text = read_or_report(read_file, "tls.key_file", tls.key_file, problems);
  const Certificate certificate = cert_text ? read_certificate(*cert_text) : nullptr;
  const PrivateKey key = key_text ? read_key(*key_text) : nullptr;
  if (cert_text && !certificate) {
    problems.push_back({"tls.cert_file", tls.cert_file + " holds no certificate in PEM form"});
  }
  if (key_text && !key) {
    problems.push_back({"tls.key_file", tls.key_file +
                                            " holds no private key in PEM form that can be read "
                                            "without a password"});
  }
  if (certificate && key && X509_check_private_key(certificate.get(), key.get()) != 1) {
    problems.push_back(
        {"tls.key_file", tls.key_file + " is not the key of the certificate in " + tls.cert_file});
  }
}

}  // namespace

std::vector<OptionProblem> tls_file_errors(const TlsOptions& tls, const FileReader& read_file) {
  Problems problems;
  if (!tls.enabled) return problems;
  check_pair(tls, read_file, problems);
  const auto ca_text = read_or_report(read_file, "tls.ca_file", tls.ca_file, problems);
  if (ca_text && !read_certificate(*ca_text)) {
    problems.push_back({"tls.ca_file", tls.ca_file + " holds no certificate in PEM form"});
  }
  ERR_clear_error();
  return problems;
}

}  // namespace antiphon
