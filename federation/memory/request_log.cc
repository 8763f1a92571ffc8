#include "federation/memory/request_log.h"

namespace antiphon::federation {

void RequestRecord::begin(std::string_view its_id, int64_t now_ns) {
  // Field by field: the texts and sets keep their memory.
  id.assign(its_id);
  begun_ns = now_ns;
  messages = targets = broadcasts = published = elsewhere = duplicates = refused = replies = 0;
  refusal = Refusal::kNone;
  first_reply_ns = last_reply_ns = 0;
  asked.clear();
  answered.clear();
}

size_t RequestLog::index_of(std::string_view id) const {
  if (records_.empty() || id.empty()) return records_.size();
  if (records_[last_].id == id) return last_;
  for (size_t i = 0; i < records_.size(); ++i) {
    if (records_[i].id == id) return last_ = i;
  }
  return records_.size();
}

RequestRecord* RequestLog::of(std::string_view id, int64_t now_ns) {
  if (records_.empty() || id.empty() || id.size() > kRequestIdBytesMax) return nullptr;
  if (const size_t found = index_of(id); found < records_.size()) return &records_[found];
  last_ = next_;
  next_ = (next_ + 1) % records_.size();
  records_[last_].begin(id, now_ns);
  return &records_[last_];
}

const RequestRecord* RequestLog::find(std::string_view id) const {
  const size_t found = index_of(id);
  return found < records_.size() ? &records_[found] : nullptr;
}

void RequestLog::clear() {
  for (RequestRecord& record : records_) record.begin("", 0);
}

}  // namespace antiphon::federation
