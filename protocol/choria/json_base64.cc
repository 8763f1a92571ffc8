// Base64 in a JSON string, checked where it stands; declared in json_cursor.h.
#include "protocol/bytes/base64_scan.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::choria {
namespace {

constexpr size_t kGroup = 4;
constexpr size_t kPaddingMax = 2;

}  // namespace

// What a decoder that skips line breaks would accept: whole groups, padding at the end only.
bool JsonCursor::read_base64(std::string_view& raw) {
  if (!ok()) return false;
  if (peek() != '"') return fail(Fault::kWrongType);
  const char* const begin = text_.data() + ++pos_;
  const char* const end = text_.data() + text_.size();
  size_t letters = 0;
  size_t padding = 0;
  for (const char* p = begin;; ++p) {
    const char* const stop = find_not_base64(p, end);
    letters += static_cast<size_t>(stop - p);
    pos_ += static_cast<size_t>(stop - p);
    if (stop == end) return fail(Fault::kNotJson);
    if (padding != 0 && stop != p) return fail(Fault::kBadBase64);
    p = stop;
    if (*p == '"') break;
    if (*p == '=') {
      if (++padding > kPaddingMax) return fail(Fault::kBadBase64);
    } else if (*p == '\\' && end - p > 1 && (p[1] == 'n' || p[1] == 'r')) {
      ++p;
      ++pos_;
    } else {
      return fail(Fault::kBadBase64);
    }
    ++pos_;
  }
  if ((letters + padding) % kGroup != 0) return fail(Fault::kBadBase64);
  raw = text_.substr(static_cast<size_t>(begin - text_.data()),
                     pos_ - static_cast<size_t>(begin - text_.data()));
  ++pos_;
  return true;
}

}  // namespace antiphon::choria
