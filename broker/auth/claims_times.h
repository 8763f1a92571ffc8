// When claims are valid, and which of two ends comes first.
#pragma once

#include <cstdint>

#include "protocol/nats/claims.h"

namespace antiphon {

inline constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// Clamped to what fits; below zero is zero.
int64_t nanoseconds(int64_t seconds);

bool has_expired(const StandardClaims& claims, int64_t now_ns);
bool has_begun(const StandardClaims& claims, int64_t now_ns);

int64_t earlier(int64_t a_ns, int64_t b_ns);     // 0: never
int64_t lower_limit(int64_t a, int64_t b);       // below zero: none

}  // namespace antiphon
