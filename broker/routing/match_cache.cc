#include "broker/routing/match_cache.h"

namespace antiphon {

const MatchResult* MatchCache::find(std::string_view subject) {
  if (subject.size() > kSubjectBytesMax) {
    admit_ = false;
    return nullptr;
  }
  const size_t hash = TextHash()(subject);
  const auto found = table_.find(subject, hash);
  if (found != table_.end()) return &found->second;
  if (seen_once_ == nullptr) seen_once_ = std::make_unique<std::array<SeenOnce, kSeenBuckets>>();
  SeenOnce& seen = (*seen_once_)[hash % kSeenBuckets];
  const auto fingerprint = static_cast<uint32_t>(hash >> 32) | 1u;  // 0 means an empty place
  admit_ = seen.newer == fingerprint || seen.older == fingerprint;
  if (!admit_) seen = {fingerprint, seen.newer};
  return nullptr;
}

const MatchResult& MatchCache::remember_last(std::string_view subject, MatchResult&& result) {
  last_subject_.assign(subject);
  last_result_ = std::move(result);
  last_valid_ = true;
  return last_result_;
}

const MatchResult& MatchCache::remember(std::string_view subject, MatchResult&& result) {
  if (admit_) {
    if (table_.size() >= kEntriesMax) table_.clear();
    table_.insert_or_assign(std::string(subject), result);
    admit_ = false;
  }
  return remember_last(subject, std::move(result));
}

void MatchCache::invalidate() {
  last_valid_ = false;
  if (!table_.empty()) table_.clear();
}

}  // namespace antiphon
