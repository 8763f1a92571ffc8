#include "broker/auth/claims_times.h"

#include <algorithm>

namespace antiphon {

int64_t nanoseconds(int64_t seconds) {
  constexpr int64_t kMost = INT64_MAX / kNanosecondsPerSecond;
  return std::clamp<int64_t>(seconds, 0, kMost) * kNanosecondsPerSecond;
}

bool has_expired(const StandardClaims& claims, int64_t now_ns) {
  return claims.expires_s != 0 &&
         (claims.expires_s < 0 || nanoseconds(claims.expires_s) <= now_ns);
}

bool has_begun(const StandardClaims& claims, int64_t now_ns) {
  return claims.not_before_s <= 0 || nanoseconds(claims.not_before_s) <= now_ns;
}

int64_t earlier(int64_t a_ns, int64_t b_ns) {
  if (a_ns == 0 || b_ns == 0) return std::max(a_ns, b_ns);
  return std::min(a_ns, b_ns);
}

int64_t lower_limit(int64_t a, int64_t b) {
  if (a < 0 || b < 0) return std::max(a, b);
  return std::min(a, b);
}

}  // namespace antiphon
