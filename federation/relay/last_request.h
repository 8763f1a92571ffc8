// The request that came last on the federation's side: a federation broker gets each that it takes
// twice, and shall look at it once.
//
// MODEL: the bytes of a message, and whether it was taken or a copy. The two of a request come one
// behind the other, in either order, or with others between; then both are looked at, which does no
// harm. LIMITS: what is larger than kBytesMax is not kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace antiphon::federation {

class LastRequest {
 public:
  static constexpr size_t kBytesMax = 64 << 10;  // a thousand targets and a certificate

  enum class Kind : uint8_t { kNone, kTaken, kCopy };

  bool is(Kind kind, std::string_view message) const {
    return kind_ == kind && text() == message;
  }
  // A copy that nobody here has taken or looked at; empty when there is none.
  std::string_view copy() const { return kind_ == Kind::kCopy ? text() : std::string_view(); }
  // False: it is too large.
  bool keep(Kind kind, std::string_view message) {
    forget();
    if (message.size() > kBytesMax) return false;
    bytes_.assign(message.begin(), message.end());
    kind_ = kind;
    return true;
  }
  void forget() { kind_ = Kind::kNone; }

 private:
  std::string_view text() const { return {bytes_.data(), bytes_.size()}; }

  Kind kind_ = Kind::kNone;
  std::vector<char> bytes_;
};

}  // namespace antiphon::federation
