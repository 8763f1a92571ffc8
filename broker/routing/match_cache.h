// Remembers which entries matched a subject, so that a busy subject is matched once.
//
// MODEL: the subject matched last is always remembered (a publisher tends to repeat itself). Beyond
// that, a subject enters the table only when it is asked for a second time within a short while: a
// reply subject is published to once and must not push out a subject that is used for ever.
// INVARIANTS: every remembered result is dropped as soon as any entry comes or goes.
// LIMITS: kEntriesMax results; a full table is emptied, which costs less than choosing.
#pragma once

#include <absl/container/inlined_vector.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "broker/routing/subscription.h"
#include "protocol/bytes/text.h"

namespace antiphon {

using MatchResult = absl::InlinedVector<SubjectEntry*, 4>;

class MatchCache {
 public:
  static constexpr size_t kEntriesMax = 4096;
  static constexpr size_t kSubjectBytesMax = 256;  // longer subjects are not remembered

  // The subject of the last remember(), if it is this one.
  const MatchResult* last(std::string_view subject) const {
    return last_valid_ && subject == last_subject_ ? &last_result_ : nullptr;
  }
  // The remembered result, or null. Counts as a first or second request.
  const MatchResult* find(std::string_view subject);
  // Makes `result` the last one, and keeps it in the table if the subject earned its place.
  const MatchResult& remember(std::string_view subject, MatchResult&& result);
  // For results that are as cheap to find as to look up: only makes it the last one.
  const MatchResult& remember_last(std::string_view subject, MatchResult&& result);

  void invalidate();
  size_t size() const { return table_.size(); }

 private:
  // Subjects asked for once wait in buckets of two, so that two that fall together do not for ever
  // drive each other out.
  struct SeenOnce {
    uint32_t newer = 0;
    uint32_t older = 0;
  };
  static constexpr size_t kSeenBuckets = 4096;

  std::string last_subject_;
  MatchResult last_result_;
  bool last_valid_ = false;
  bool admit_ = false;  // the subject just looked for was asked for before
  TextMap<MatchResult> table_;
  std::unique_ptr<std::array<SeenOnce, kSeenBuckets>> seen_once_;  // made when first needed
};

}  // namespace antiphon
