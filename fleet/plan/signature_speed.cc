#include "fleet/plan/signature_speed.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>
#include <utility>

#include "fleet/plan/core_speed.h"

namespace antiphon::fleet::plan {
namespace {

constexpr unsigned kRsaBits = 2048;
constexpr size_t kSignatureBytes = kRsaBits / 8;
constexpr size_t kDigestBytes = 32;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_PKEY_CTX* context) const { ::EVP_PKEY_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, FreeContext>;

bool sign_once(EVP_PKEY_CTX* context) {
  const std::array<unsigned char, kDigestBytes> digest{};
  std::array<unsigned char, kSignatureBytes> signature;
  size_t size = signature.size();
  return ::EVP_PKEY_sign(context, signature.data(), &size, digest.data(), digest.size()) == 1;
}

absl::StatusOr<Work> signer(EVP_PKEY* key) {
  Context context(::EVP_PKEY_CTX_new(key, nullptr));
  if (context == nullptr || ::EVP_PKEY_sign_init(context.get()) != 1 ||
      ::EVP_PKEY_CTX_set_signature_md(context.get(), ::EVP_sha256()) != 1) {
    return absl::InternalError("OpenSSL cannot sign with RSA");
  }
  return [context = std::move(context)] { return sign_once(context.get()); };
}

}  // namespace

absl::StatusOr<double> measure_signatures_per_s(double seconds) {
  const std::unique_ptr<EVP_PKEY, FreeKey> key(EVP_RSA_gen(kRsaBits));
  if (key == nullptr) return absl::InternalError("OpenSSL cannot make an RSA key");
  return mean_of_cores(seconds, [&key] { return signer(key.get()); });
}

}  // namespace antiphon::fleet::plan
