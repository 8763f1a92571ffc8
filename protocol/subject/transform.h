// Makes one subject of another: `orders.*.*` becomes `shop.$2.{{partition(4,1)}}`.
//
// WHY: subject mappings and imports between accounts rewrite subjects while messages pass, so all
// that can be wrong is found when a transform is made, and applying it only appends text.
// FORMAT: the destination's tokens are text, `$n` or `{{function(arguments)}}`; n counts the `*` of the
// source from 1. Functions: wildcard(n), partition(buckets[,n...]) (FNV-1a, 32 bits), split(n,text),
// splitFromLeft, splitFromRight, sliceFromLeft, sliceFromRight, left and right (n,number), random(number).
// A `>` ends both or neither. SEE: docs/configuration.md, "Mappings".
// LIMITS: kTokensMax tokens on each side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/subject/transform_part.h"

namespace antiphon {

class SubjectTransform {
 public:
  static constexpr size_t kTokensMax = 64;

  // kReversible: only text and wildcards, each `*` of the source exactly once.
  enum class Kind { kAny, kReversible };

  // Nothing, and why in `problem`, when it cannot be.
  static std::optional<SubjectTransform> make(std::string_view source, std::string_view destination,
                                              Kind kind, std::string& problem);

  // Appends what `subject` becomes. REQUIRES: it matches the source, or is a subject with wildcards that the source
  // covers. `random` is for random().
  void append_to(std::string& out, std::string_view subject, uint64_t random = 0) const;

  // The way back. REQUIRES: made with kReversible.
  SubjectTransform reversed() const;

  const std::string& source() const { return source_; }
  // Everything a subject can become, as a pattern. REQUIRES: made with kReversible.
  std::string destination_pattern() const;

 private:
  using Function = TransformFunction;
  using Part = TransformPart;

  void append_part(const Part& part, const std::string_view* tokens, size_t count, uint64_t random,
                   std::string& out) const;

  std::string source_;
  uint32_t source_tokens_ = 0;
  std::vector<uint32_t> wildcard_at_;  // token of each `*` of the source
  std::vector<Part> parts_;
};

// `a.*.b.*` as a destination: `a.$1.b.$2`. Other subjects stay as they are.
std::string numbered_wildcards(std::string_view subject);

// The reverse: `a.$1.{{wildcard(2)}}` as a pattern, `a.*.*`.
std::string wildcards_for_numbers(std::string_view destination);

}  // namespace antiphon
