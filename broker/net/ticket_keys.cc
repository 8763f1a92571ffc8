#include "broker/net/ticket_keys.h"

#include <absl/strings/str_cat.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <time.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

int64_t now_seconds() { return static_cast<int64_t>(::time(nullptr)); }

using Block = std::array<uint8_t, 32>;  // what HMAC-SHA-256 gives

Block derive_one(const std::string& secret, const char* purpose, int64_t period) {
  const std::string text = absl::StrCat("antiphon tls ticket ", purpose, " ", period);
  Block out{};
  unsigned bytes = 0;
  AP_CHECK(::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                  reinterpret_cast<const unsigned char*>(text.data()), text.size(), out.data(),
                  &bytes) != nullptr &&
           bytes == out.size());
  return out;
}

}  // namespace

TicketKeys::TicketKeys(std::string secret, Clock now)
    : secret_(std::move(secret)), now_(now == nullptr ? &now_seconds : now) {
  AP_CHECK(secret_.size() >= kSecretBytesMin && secret_.size() <= kSecretBytesMax);
}

TicketKeys::~TicketKeys() { ::OPENSSL_cleanse(secret_.data(), secret_.size()); }

absl::StatusOr<std::shared_ptr<const TicketKeys>> TicketKeys::from_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read ticket secret ", path, ": ", std::strerror(errno)));
  }
  std::string secret(kSecretBytesMax + 1, '\0');
  file.read(secret.data(), static_cast<std::streamsize>(secret.size()));
  secret.resize(static_cast<size_t>(file.gcount()));
  if (secret.size() < kSecretBytesMin || secret.size() > kSecretBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("ticket secret ", path, ": must have ", kSecretBytesMin, " to ",
                     kSecretBytesMax, " bytes (make one: openssl rand -out FILE 48)"));
  }
  return std::make_shared<const TicketKeys>(std::move(secret));
}

std::shared_ptr<const TicketKeys> TicketKeys::of_this_process() {
  static const std::shared_ptr<const TicketKeys> keys = [] {
    std::string secret(kSecretBytesMin, '\0');
    AP_CHECK(::RAND_bytes(reinterpret_cast<unsigned char*>(secret.data()),
                          static_cast<int>(secret.size())) == 1);
    return std::make_shared<const TicketKeys>(std::move(secret));
  }();
  return keys;
}

int64_t TicketKeys::period() const { return now_() / kPeriodSeconds; }

TicketKeys::Keys TicketKeys::derive(int64_t period) const {
  Keys keys;
  const Block name = derive_one(secret_, "name", period);
  std::memcpy(keys.name.data(), name.data(), keys.name.size());
  keys.cipher = derive_one(secret_, "cipher", period);
  keys.mac = derive_one(secret_, "mac", period);
  return keys;
}

bool TicketKeys::find(const uint8_t* name, Keys& keys, bool& renew) const {
  const int64_t now = period();
  for (const int64_t candidate : {now, now - 1, now + 1}) {
    keys = derive(candidate);
    if (::CRYPTO_memcmp(keys.name.data(), name, keys.name.size()) != 0) continue;
    renew = candidate != now;
    return true;
  }
  return false;
}

}  // namespace antiphon
