// The arguments of a monitoring request: what stands behind the `?` of its address.
//
// MODEL: as Go's net/url reads it. Pairs are separated by `&`; a pair with a `;` or with a broken
// percent sign is passed over; of several values for a name the first counts; an empty value is
// none. Error texts are nats-server's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/bytes/printable.h"

namespace antiphon {

// The text with its percent signs resolved, and `+` as a blank if asked for. Nothing when a percent
// sign is not followed by two hexadecimal digits.
enum class PlusSign { kLiteral, kBlank };
std::optional<std::string> percent_decoded(std::string_view text, PlusSign plus);

class Query {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  explicit Query(std::string_view text);
  // The same, taken apart and decoded already.
  explicit Query(Pairs pairs) : pairs_(std::move(pairs)) {}
  // These, and before them `first`, which therefore count.
  Query behind(Pairs first) const {
    first.insert(first.end(), pairs_.begin(), pairs_.end());
    return Query(std::move(first));
  }
  // The first value of `name`; empty when there is none.
  std::string_view get(std::string_view name) const;

 private:
  Pairs pairs_;
};

// Reads arguments one after the other and keeps what is wrong with the first bad one. The value of
// an absent or bad argument is false or 0.
class ArgumentReader {
 public:
  explicit ArgumentReader(const Query& query) : query_(query) {}

  std::string_view text(std::string_view name) const { return query_.get(name); }
  bool boolean(std::string_view name);
  int64_t integer(std::string_view name);
  uint64_t natural(std::string_view name);

  // What is not printable of an argument is shown escaped.
  void reject(std::string_view text) {
    if (error_.empty()) append_printable(error_, text);
  }
  // Empty when every argument read so far was good.
  const std::string& error() const { return error_; }

 private:
  void reject_argument(std::string_view name, std::string_view type, std::string_view function,
                       std::string_view value, std::string_view reason);

  const Query& query_;
  std::string error_;
};

}  // namespace antiphon
