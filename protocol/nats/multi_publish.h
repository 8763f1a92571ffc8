// One payload for many subjects in one frame: what a federation broker of ours sends to a broker of
// ours in place of hundreds of PUBs that differ in their subjects only.
//
// WHY: a request to 200 nodes is the same 4.7 KB 200 times; written out they are 900 KB to encrypt,
// to copy and to take apart. docs/decisions/0009 has the measurements.
// FORMAT: "MPUB count lines-bytes bytes CRLF" lines "payload-bytes CRLF" payload CRLF, where `bytes`
// counts what stands between the first CRLF and the last; each of the `count` lines is
// "subject[ reply] LF". What follows the lines is a MSG's end, as in frame.h.
// INVARIANTS: a broker takes it only where its INFO said "multi_publish"; it means exactly what the
// same PUBs one after the other would mean, checks and permissions of each included.
// LIMITS: kMultiPublishTargetsMax subjects, kMultiPublishLinesBytesMax of lines, and, of more than one
// subject, kMultiPublishBytesMax of payload for all of them together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace antiphon {

inline constexpr size_t kMultiPublishTargetsMax = 1024;
inline constexpr size_t kMultiPublishLinesBytesMax = 256 * 1024;
inline constexpr size_t kMultiPublishBytesMax = 1024 * 1024;

// The targets of a frame's lines, one by one.
class MultiPublishLines {
 public:
  explicit MultiPublishLines(std::string_view lines)
      : next_(lines.data()), end_(lines.data() + lines.size()) {}

  // False behind the last one, and at a line that is none.
  bool next();
  std::string_view subject() const { return subject_; }
  std::string_view reply() const { return reply_; }
  // All lines were good. REQUIRES: next() returned false.
  bool is_whole() const { return next_ == end_; }

 private:
  const char* next_;
  const char* const end_;
  std::string_view subject_;
  std::string_view reply_;
};

// How many of `subjects` (each may be followed by a blank and the subject of replies) go into the next
// frame with a payload of so many bytes: one at least.
template <typename Subjects>
size_t multi_publish_count(const Subjects& subjects, size_t payload_bytes) {
  size_t count = 0;
  size_t lines_bytes = 0;
  for (const std::string_view subject : subjects) {
    lines_bytes += subject.size() + 1;
    const bool fits = count < kMultiPublishTargetsMax && lines_bytes <= kMultiPublishLinesBytesMax &&
                      (count + 1) * payload_bytes <= kMultiPublishBytesMax;
    if (!fits && count > 0) break;
    ++count;
  }
  return count;
}

}  // namespace antiphon
