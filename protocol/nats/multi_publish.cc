#include "protocol/nats/multi_publish.h"

#include "protocol/bytes/scan.h"

namespace antiphon {

bool MultiPublishLines::next() {
  if (next_ == end_) return false;
  const char* subject_end = find_blank(next_, end_);
  if (subject_end == next_ || subject_end == end_) return false;
  const char* line_end = subject_end;
  std::string_view reply;
  if (*subject_end == ' ') {
    const char* begin = subject_end + 1;
    line_end = find_blank(begin, end_);
    if (line_end == begin || line_end == end_) return false;
    reply = {begin, static_cast<size_t>(line_end - begin)};
  }
  if (*line_end != '\n') return false;
  subject_ = {next_, static_cast<size_t>(subject_end - next_)};
  reply_ = reply;
  next_ = line_end + 1;
  return true;
}

}  // namespace antiphon
