// Why a connection to a broker could not be made, or ended: how far it had come and what went
// wrong.
//
// WHY: ten thousand nodes that fail must be summed up in a few lines, and each line must tell an
// operator what to look at. So the reason is exact (a refused dial, a phase that timed out, what
// the TLS library or the broker said) and the number of different ones is bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace antiphon::fleet {

enum class LinkPhase : uint8_t {
  kDial,   // until TCP is connected
  kInfo,   // until the server has introduced itself
  kTls,    // the handshake
  kLogin,  // until the server has accepted CONNECT
  kOpen,   // afterwards
};
std::string_view phase_text(LinkPhase phase);

struct LinkFailure {
  LinkPhase phase;
  std::string reason;
  uint64_t unsent_bytes = 0;  // of output that waited, and was thrown away
  // "tls: timed out"
  std::string text() const;
};

namespace reason {
inline constexpr std::string_view kTimedOut = "timed out";
inline constexpr std::string_view kClosedByServer = "closed by the server";
inline constexpr std::string_view kBroken = "the connection is broken";
inline constexpr std::string_view kNoTlsOffered = "the server does not offer TLS";
inline constexpr std::string_view kClearBytes = "bytes in clear before the handshake";
inline constexpr std::string_view kMalformedInfo = "malformed INFO";
inline constexpr std::string_view kMalformedFrame = "malformed frame";
inline constexpr std::string_view kUnexpectedFrame = "unexpected frame";
inline constexpr std::string_view kStale = "no answer to PING";
inline constexpr std::string_view kNotTaken = "this process's broker takes no connection";
}  // namespace reason

// How often each thing happened, by its text.
// LIMITS: kTextsMax different texts of at most kTextBytesMax; what comes beyond is counted as
// "other".
class FailureCounts {
 public:
  static constexpr size_t kTextsMax = 64;
  static constexpr size_t kTextBytesMax = 200;

  void add(std::string_view text, uint64_t count = 1);
  void add_all(const FailureCounts& other);
  uint64_t total() const;
  // Empty when nothing was counted.
  std::string_view most_frequent() const;
  bool empty() const { return counts_.empty(); }
  const std::map<std::string, uint64_t, std::less<>>& by_text() const { return counts_; }

 private:
  std::map<std::string, uint64_t, std::less<>> counts_;
};

}  // namespace antiphon::fleet
