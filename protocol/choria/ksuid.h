// KSUIDs: the ids of tokens, which begin with the second they were made in.
//
// FORMAT: 27 base62 digits (0-9, A-Z, a-z) of a 20-byte number: four bytes of seconds since
// kKsuidEpoch, big endian, then 16 random bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon::choria {

inline constexpr int64_t kKsuidEpoch = 1'400'000'000;  // unix seconds
inline constexpr size_t kKsuidLetters = 27;
inline constexpr size_t kKsuidRandomBytes = 16;

// random must have kKsuidRandomBytes bytes; unix_s must be one of the 2^32 seconds from the epoch.
std::optional<std::string> make_ksuid(int64_t unix_s, std::string_view random);
std::optional<std::string> make_random_ksuid(int64_t unix_s);

// The unix second of an id; nothing if it is not one.
std::optional<int64_t> ksuid_time(std::string_view id);

}  // namespace antiphon::choria
