#include "broker/auth/certificate_names.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "protocol/bytes/hex.h"

namespace antiphon {
namespace {

struct TypeWord {
  int nid;
  std::string_view word;
};
// nats-server knows the first ten; whoever is named with one of the others is let in by it under a
// name that leaves them out, and here under its whole name.
constexpr std::array<TypeWord, 17> kTypeWords = {{
    {NID_commonName, "CN"},
    {NID_serialNumber, "SERIALNUMBER"},
    {NID_countryName, "C"},
    {NID_localityName, "L"},
    {NID_stateOrProvinceName, "ST"},
    {NID_streetAddress, "STREET"},
    {NID_organizationName, "O"},
    {NID_organizationalUnitName, "OU"},
    {NID_postalCode, "POSTALCODE"},
    {NID_domainComponent, "DC"},
    {NID_userId, "UID"},
    {NID_pkcs9_emailAddress, "EMAILADDRESS"},
    {NID_surname, "SN"},
    {NID_givenName, "GN"},
    {NID_title, "TITLE"},
    {NID_dnQualifier, "DNQUALIFIER"},
    {NID_description, "DESCRIPTION"},
}};

bool is_printable(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != '\x7F';
  });
}

std::string_view text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(string)),
          static_cast<size_t>(::ASN1_STRING_length(string))};
}

void add_alternatives(const X509* certificate, int kind, std::vector<std::string>& names) {
  const std::unique_ptr<GENERAL_NAMES, decltype(&::GENERAL_NAMES_free)> all(
      static_cast<GENERAL_NAMES*>(
          ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      &::GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type != kind) continue;
    const std::string_view text = text_of(name->d.ia5);
    if (is_printable(text)) names.emplace_back(text);
  }
}

bool read_attribute(const X509_NAME_ENTRY* entry, NameAttribute& attribute) {
  const int nid = ::OBJ_obj2nid(::X509_NAME_ENTRY_get_object(entry));
  const auto word = std::find_if(kTypeWords.begin(), kTypeWords.end(),
                                 [nid](const TypeWord& known) { return known.nid == nid; });
  if (word == kTypeWords.end()) return false;
  unsigned char* utf8 = nullptr;
  const int bytes = ::ASN1_STRING_to_UTF8(&utf8, ::X509_NAME_ENTRY_get_data(entry));
  if (bytes < 0) return false;
  attribute.type = word->word;
  attribute.value.assign(reinterpret_cast<const char*>(utf8), static_cast<size_t>(bytes));
  ::OPENSSL_free(utf8);
  return is_printable(attribute.value);
}

// Certificates have the least specific part first.
std::optional<DistinguishedName> read_subject(const X509* certificate) {
  const X509_NAME* subject = ::X509_get_subject_name(certificate);
  DistinguishedName name;
  std::vector<NameAttribute> part;
  for (int i = ::X509_NAME_entry_count(subject) - 1; i >= 0; --i) {
    const X509_NAME_ENTRY* entry = ::X509_NAME_get_entry(subject, i);
    NameAttribute attribute;
    if (!read_attribute(entry, attribute)) return std::nullopt;
    part.push_back(std::move(attribute));
    const bool ends = i == 0 || ::X509_NAME_ENTRY_set(::X509_NAME_get_entry(subject, i - 1)) !=
                                    ::X509_NAME_ENTRY_set(entry);
    if (ends && !name.add_part(std::exchange(part, {}))) return std::nullopt;
  }
  if (name.empty()) return std::nullopt;
  return name;
}

}  // namespace

CertificateNames names_of(const PeerCertificate& certificate) {
  CertificateNames names;
  if (!certificate) return names;
  for (const int kind : {GEN_EMAIL, GEN_DNS, GEN_URI}) {
    add_alternatives(certificate.get(), kind, names.alternatives);
  }
  names.subject = read_subject(certificate.get());
  ::ERR_clear_error();  // else the next TLS read of this thread would look like a failure
  return names;
}

std::string key_hash_of(const PeerCertificate& certificate) {
  if (!certificate) return {};
  unsigned char* der = nullptr;
  const int bytes = ::i2d_X509_PUBKEY(::X509_get_X509_PUBKEY(certificate.get()), &der);
  if (bytes <= 0) {
    ::ERR_clear_error();
    return {};
  }
  unsigned char hash[SHA256_DIGEST_LENGTH];
  ::SHA256(der, static_cast<size_t>(bytes), hash);
  ::OPENSSL_free(der);
  return to_hex({reinterpret_cast<const char*>(hash), sizeof hash});
}

}  // namespace antiphon
