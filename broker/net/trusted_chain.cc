#include "broker/net/trusted_chain.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

#include "broker/net/tls_library.h"

namespace antiphon {
namespace {

struct FreeStack {
  void operator()(STACK_OF(X509)* stack) const { sk_X509_free(stack); }
};
using StackPtr = std::unique_ptr<STACK_OF(X509), FreeStack>;

// Of certificates that it does not own; null without memory.
StackPtr stack_of(std::span<X509* const> certificates) {
  StackPtr stack(sk_X509_new_null());
  for (X509* one : certificates) {
    if (stack == nullptr || sk_X509_push(stack.get(), one) == 0) return nullptr;
  }
  return stack;
}

bool is_good(X509_STORE_CTX* check, const SSL_CTX* context, X509* certificate, STACK_OF(X509)* beside) {
  if (::X509_STORE_CTX_init(check, ::SSL_CTX_get_cert_store(context), certificate, beside) != 1 ||
      ::X509_STORE_CTX_set_default(check, "ssl_client") != 1) {
    return false;
  }
  X509_VERIFY_PARAM* rules = ::X509_STORE_CTX_get0_param(check);
  ::X509_VERIFY_PARAM_set_auth_level(rules, ::SSL_CTX_get_security_level(context));
  return ::X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME) == 1 &&
         ::X509_verify_cert(check) == 1;
}

}  // namespace

void FreeX509::operator()(X509* certificate) const {
  ::X509_free(certificate);
}

std::vector<X509Ptr> trusted_chain(const SSL_CTX* context, X509* certificate,
                                   std::span<X509* const> beside) {
  std::vector<X509Ptr> chain;
  const StackPtr others = stack_of(beside);
  const std::unique_ptr<X509_STORE_CTX, decltype(&::X509_STORE_CTX_free)> check(
      ::X509_STORE_CTX_new_ex(tls_library(), nullptr), &::X509_STORE_CTX_free);
  if (others != nullptr && check != nullptr && is_good(check.get(), context, certificate, others.get())) {
    const STACK_OF(X509)* found = ::X509_STORE_CTX_get0_chain(check.get());
    const int first_held = ::X509_STORE_CTX_get_num_untrusted(check.get());
    const int last = std::clamp(first_held, 0, sk_X509_num(found) - 1);
    for (int i = 0; i <= last; ++i) {
      X509* one = sk_X509_value(found, i);
      ::X509_up_ref(one);
      chain.emplace_back(one);
    }
  }
  ::ERR_clear_error();
  return chain;
}

}  // namespace antiphon
