// One token of a transform's destination, read: text, a wildcard's place, or a function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

enum class TransformFunction : uint8_t {
  kText,
  kRest,  // `>`
  kWildcard,
  kPartition,
  kSplit,
  kSplitFromLeft,
  kSplitFromRight,
  kSliceFromLeft,
  kSliceFromRight,
  kLeft,
  kRight,
  kRandom,
};
struct TransformPart {
  TransformFunction function = TransformFunction::kText;
  std::string text;                  // of kText; what kSplit splits at
  std::vector<uint32_t> wildcards{};  // which `*` of the source, from 0
  uint32_t number = 0;
};

// Whether the token is a function, `{{...}}`, known or not.
bool is_transform_function(std::string_view token);
// Whether it is `$n`.
bool is_numbered_wildcard(std::string_view token);

class TransformPartReader {
 public:
  enum class Functions : uint8_t { kAll, kReversible };  // kReversible: wildcards alone

  // `wildcards`: how many the source has.
  TransformPartReader(size_t wildcards, Functions functions)
      : wildcards_(wildcards), functions_(functions) {}

  // False, with the problem, when the token means nothing.
  bool read(std::string_view token, TransformPart& part);
  const std::string& problem() const { return problem_; }

 private:
  using Function = TransformFunction;
  struct Row;
  static const Row kFunctions[];

  bool fail(std::string_view token, std::string_view what);
  bool add_wildcard(std::string_view token, uint32_t number, TransformPart& part);
  bool read_function(std::string_view token, TransformPart& part);
  bool read_arguments(std::string_view token, std::string_view text, TransformPart& part);
  bool count_is(std::string_view token, const std::vector<std::string_view>& arguments,
                size_t count);
  bool take_wildcard(std::string_view token, std::string_view argument, TransformPart& part);
  bool take_number(std::string_view token, std::string_view argument, TransformPart& part);

  const size_t wildcards_;
  const Functions functions_;
  std::string problem_;
};

}  // namespace antiphon
