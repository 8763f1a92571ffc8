#include "fleet/plan/signature_speed.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

namespace antiphon::fleet::plan {
namespace {

constexpr unsigned kRsaBits = 2048;
constexpr size_t kSignatureBytes = kRsaBits / 8;
constexpr size_t kDigestBytes = 32;
constexpr unsigned kCoresUsedMax = 64;
constexpr double kNsPerSecond = 1e9;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
};
struct FreeContext {
  void operator()(EVP_PKEY_CTX* context) const { ::EVP_PKEY_CTX_free(context); }
};

double thread_cpu_s() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / kNsPerSecond;
}

bool sign_once(EVP_PKEY_CTX* context) {
  const std::array<unsigned char, kDigestBytes> digest{};
  std::array<unsigned char, kSignatureBytes> signature;
  size_t size = signature.size();
  return ::EVP_PKEY_sign(context, signature.data(), &size, digest.data(), digest.size()) == 1;
}

// Of one core; 0 when it cannot sign.
double signatures_per_s(EVP_PKEY* key, double seconds) {
  const std::unique_ptr<EVP_PKEY_CTX, FreeContext> context(::EVP_PKEY_CTX_new(key, nullptr));
  if (context == nullptr || ::EVP_PKEY_sign_init(context.get()) != 1 ||
      ::EVP_PKEY_CTX_set_signature_md(context.get(), ::EVP_sha256()) != 1) {
    return 0;
  }
  const double begin = thread_cpu_s();
  double taken = 0;
  double signatures = 0;
  for (; taken < seconds; ++signatures) {
    if (!sign_once(context.get())) return 0;
    taken = thread_cpu_s() - begin;
  }
  return signatures / taken;
}

}  // namespace

absl::StatusOr<double> measure_signatures_per_s(double seconds) {
  const std::unique_ptr<EVP_PKEY, FreeKey> key(EVP_RSA_gen(kRsaBits));
  if (key == nullptr) return absl::InternalError("OpenSSL cannot make an RSA key");
  const unsigned cores = std::clamp(std::thread::hardware_concurrency(), 1u, kCoresUsedMax);
  std::vector<double> speeds(cores);
  std::vector<std::thread> threads;
  for (double& speed : speeds) {
    threads.emplace_back([&speed, &key, seconds] { speed = signatures_per_s(key.get(), seconds); });
  }
  for (std::thread& thread : threads) thread.join();
  if (std::count(speeds.begin(), speeds.end(), 0) > 0) {
    return absl::InternalError("OpenSSL cannot sign with RSA");
  }
  return std::accumulate(speeds.begin(), speeds.end(), 0.0) / cores;
}

}  // namespace antiphon::fleet::plan
