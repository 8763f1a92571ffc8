#include "cli/why/shown_certificate.h"

#include <openssl/pem.h>


#include "protocol/choria/openssl.h"

namespace antiphon::why {
namespace {

using choria::OpensslErrorGuard;
using choria::OpensslOwner;

using Certificates = OpensslOwner<STACK_OF(X509)>;

Certificates read_all(std::string_view pem) {
  Certificates found(sk_X509_new_null());
  const auto bio = choria::bio_of(pem);
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, choria::no_passphrase, nullptr)) {
    sk_X509_push(found.get(), one);
  }
  return found;
}

std::string common_name(X509* certificate) {
  char text[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text, sizeof text);
  return text;
}

std::string chain_problem(STACK_OF(X509) * shown, STACK_OF(X509) * authorities) {
  const OpensslOwner<X509_STORE> store(X509_STORE_new());
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  for (int i = 0; i < sk_X509_num(authorities); ++i) {
    X509_STORE_add_cert(store.get(), sk_X509_value(authorities, i));
  }
  const OpensslOwner<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (context == nullptr ||
      X509_STORE_CTX_init(context.get(), store.get(), sk_X509_value(shown, 0), shown) != 1 ||
      X509_STORE_CTX_set_default(context.get(), "ssl_client") != 1) {
    return "OpenSSL could not look at it";
  }
  if (X509_verify_cert(context.get()) == 1) return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

}  // namespace

bool is_certificate(std::string_view text) {
  return text.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos;
}

absl::StatusOr<ShownCertificate> judge_certificate(std::string_view pem, std::string_view ca_pem) {
  const OpensslErrorGuard guard;
  const Certificates shown = read_all(pem);
  if (sk_X509_num(shown.get()) == 0) {
    return absl::InvalidArgumentError("it holds no certificate in PEM form");
  }
  ShownCertificate judged{common_name(sk_X509_value(shown.get(), 0)), {}};
  if (ca_pem.empty()) {
    judged.problem = "the broker has no authority for certificates";
    return judged;
  }
  const Certificates authorities = read_all(ca_pem);
  if (sk_X509_num(authorities.get()) == 0) {
    return absl::InvalidArgumentError("the authority's file holds no certificate in PEM form");
  }
  judged.problem = chain_problem(shown.get(), authorities.get());
  return judged;
}

}  // namespace antiphon::why
