#include "protocol/choria/ksuid.h"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <limits>

namespace antiphon::choria {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr uint32_t kBase = 62;
constexpr size_t kTimeBytes = 4;
using Number = std::array<uint8_t, kTimeBytes + kKsuidRandomBytes>;  // big endian

// number = number * 62 + digit; false if that does not fit.
bool push_digit(Number& number, uint32_t digit) {
  uint32_t carry = digit;
  for (size_t i = number.size(); i-- > 0;) {
    carry += number[i] * kBase;
    number[i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  return carry == 0;
}

// number = number / 62; the remainder.
uint32_t pop_digit(Number& number) {
  uint32_t rest = 0;
  for (uint8_t& byte : number) {
    rest = rest << 8 | byte;
    byte = static_cast<uint8_t>(rest / kBase);
    rest %= kBase;
  }
  return rest;
}

}  // namespace

std::optional<std::string> make_ksuid(int64_t unix_s, std::string_view random) {
  const int64_t seconds = unix_s - kKsuidEpoch;
  if (random.size() != kKsuidRandomBytes || seconds < 0 ||
      seconds > std::numeric_limits<uint32_t>::max()) {
    return std::nullopt;
  }
  Number number{};
  for (size_t i = 0; i < kTimeBytes; ++i) {
    number[i] = static_cast<uint8_t>(seconds >> 8 * (kTimeBytes - 1 - i));
  }
  std::copy(random.begin(), random.end(), number.begin() + kTimeBytes);
  std::string id(kKsuidLetters, '0');
  for (size_t i = id.size(); i-- > 0;) id[i] = kDigits[pop_digit(number)];
  return id;
}

std::optional<std::string> make_random_ksuid(int64_t unix_s) {
  std::string random(kKsuidRandomBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), kKsuidRandomBytes) != 1) {
    return std::nullopt;
  }
  return make_ksuid(unix_s, random);
}

std::optional<int64_t> ksuid_time(std::string_view id) {
  if (id.size() != kKsuidLetters) return std::nullopt;
  Number number{};
  for (const char letter : id) {
    const size_t digit = kDigits.find(letter);
    if (digit == std::string_view::npos) return std::nullopt;
    if (!push_digit(number, static_cast<uint32_t>(digit))) return std::nullopt;
  }
  int64_t seconds = 0;
  for (size_t i = 0; i < kTimeBytes; ++i) seconds = seconds << 8 | number[i];
  return kKsuidEpoch + seconds;
}

}  // namespace antiphon::choria
