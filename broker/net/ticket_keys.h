// The keys that TLS session tickets are sealed with, so that a client that was there before is let in
// again without public-key arithmetic (RFC 8446, 2.2; RFC 5077).
//
// MODEL: for each period of kPeriodSeconds there is one set of keys, derived from a secret and the
// period's number. Servers that share the secret, and agree on the time to within an hour, take each
// other's tickets and change keys at the same moment without a word. Tickets of this period, of the one
// before and of the next (another server's clock) are taken: a ticket is good for at most two periods.
// SECURITY: whoever has the secret can let itself in as any client for that long, so it is a file that
// only the servers can read. Session keys stay out of reach of who learns it later: resumption always
// goes with a fresh Diffie-Hellman exchange in TLS 1.3.
// THREADS: any; immutable.
#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace antiphon {

class TicketKeys {
 public:
  static constexpr int64_t kPeriodSeconds = 3600;
  static constexpr size_t kSecretBytesMin = 32;
  static constexpr size_t kSecretBytesMax = 4096;
  using Clock = int64_t (*)();  // seconds since 1970

  struct Keys {
    std::array<uint8_t, 16> name;
    std::array<uint8_t, 32> cipher;  // AES-256-CBC
    std::array<uint8_t, 32> mac;     // HMAC-SHA-256
  };

  // `secret` is kSecretBytesMin to kSecretBytesMax bytes that nobody can guess.
  explicit TicketKeys(std::string secret, Clock now = nullptr);
  // The secret is the whole file.
  static absl::StatusOr<std::shared_ptr<const TicketKeys>> from_file(const std::string& path);
  // With a secret of this process alone: the same each time.
  static std::shared_ptr<const TicketKeys> of_this_process();
  ~TicketKeys();

  Keys current() const { return derive(period()); }
  // Those with this name, if they are good now. `renew`: a ticket under them should be replaced.
  bool find(const uint8_t* name, Keys& keys, bool& renew) const;

 private:
  int64_t period() const;
  Keys derive(int64_t period) const;

  std::string secret_;
  const Clock now_;
};

}  // namespace antiphon
