// A fresh self-signed certificate and its key as PEM text, for tests that need real ones.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <string>

namespace antiphon {

struct PemTexts {
  std::string certificate;
  std::string key;
  std::string encrypted_key;
};

inline std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

inline PemTexts make_pem_texts() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());

  PemTexts texts;
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  texts.certificate = take_text(bio);
  bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  texts.key = take_text(bio);
  bio = BIO_new(BIO_s_mem());
  char password[] = "hidden";
  PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_128_cbc(), password, 6, nullptr, nullptr);
  texts.encrypted_key = take_text(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return texts;
}

}  // namespace antiphon
