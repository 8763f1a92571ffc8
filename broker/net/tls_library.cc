#include "broker/net/tls_library.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>

#include <string_view>
#include <vector>

namespace antiphon {
namespace {

constexpr const char* kName = "antiphon-tls";

// The keys that certificates for TLS have, and how they stand there (RFC 5280, 4.1.2.7).
constexpr std::string_view kKeys[] = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448"};
constexpr std::string_view kStructure = "structure=SubjectPublicKeyInfo";

// What is handed on. Written before the provider is first asked, then only read.
struct Offer {
  OSSL_PROVIDER* whole = nullptr;
  std::vector<OSSL_ALGORITHM> decoders;  // ends with an empty one
};
Offer offer;

bool is_wanted(const OSSL_ALGORITHM& decoder) {
  const std::string_view names(decoder.algorithm_names);
  const std::string_view properties(decoder.property_definition);
  if (properties.find(kStructure) == std::string_view::npos) return false;
  for (const std::string_view key : kKeys) {
    if (names.substr(0, names.find(':')) == key) return true;
  }
  return false;
}

std::vector<OSSL_ALGORITHM> wanted_decoders(const OSSL_PROVIDER* whole) {
  std::vector<OSSL_ALGORITHM> wanted;
  int no_cache = 0;
  const auto* all = ::OSSL_PROVIDER_query_operation(whole, OSSL_OP_DECODER, &no_cache);
  for (; all != nullptr && all->algorithm_names != nullptr; ++all) {
    if (is_wanted(*all)) wanted.push_back(*all);
  }
  wanted.push_back({});
  return wanted;
}

const OSSL_ALGORITHM* query(void*, int operation, int* no_cache) {
  if (operation != OSSL_OP_DECODER) {
    return ::OSSL_PROVIDER_query_operation(offer.whole, operation, no_cache);
  }
  *no_cache = 0;
  return offer.decoders.data();
}

int get_capabilities(void*, const char* capability, OSSL_CALLBACK* callback, void* argument) {
  return ::OSSL_PROVIDER_get_capabilities(offer.whole, capability, callback, argument);
}

// The algorithms are the default provider's, so what they are made with has to be its own as well.
int provide(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** out,
            void** context) {
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(&query)},
      {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, reinterpret_cast<void (*)()>(&get_capabilities)},
      {0, nullptr},
  };
  *out = kFunctions;
  *context = ::OSSL_PROVIDER_get0_provider_ctx(offer.whole);
  return 1;
}

OSSL_LIB_CTX* make() {
  offer.whole = ::OSSL_PROVIDER_load(nullptr, "default");
  if (offer.whole == nullptr) return nullptr;
  offer.decoders = wanted_decoders(offer.whole);
  OSSL_LIB_CTX* library = ::OSSL_LIB_CTX_new();
  if (library == nullptr) return nullptr;
  if (::OSSL_PROVIDER_add_builtin(library, kName, &provide) == 1 &&
      ::OSSL_PROVIDER_load(library, kName) != nullptr) {
    return library;
  }
  ::OSSL_LIB_CTX_free(library);
  ::ERR_clear_error();
  return nullptr;
}

}  // namespace

OSSL_LIB_CTX* tls_library() {
  static OSSL_LIB_CTX* const library = make();
  return library;
}

}  // namespace antiphon
