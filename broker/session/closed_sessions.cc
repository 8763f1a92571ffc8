#include "broker/session/closed_sessions.h"

#include <snappy.h>

#include <algorithm>

#include "broker/session/closed_record.h"
#include "protocol/bytes/check.h"

namespace antiphon {
namespace {

// Without the room that snappy asked for.
std::string compressed(const std::string& records) {
  std::string roomy;
  snappy::Compress(records.data(), records.size(), &roomy);
  return {roomy.data(), roomy.size()};
}

std::string uncompressed(const std::string& compressed) {
  std::string records;
  AP_CHECK(snappy::Uncompress(compressed.data(), compressed.size(), &records));
  return records;
}

}  // namespace

void ClosedSessions::forget_oldest() {
  const auto may_go = [this](const Page& oldest) {
    return count_ - oldest.count >= kept_max_ || subscription_bytes_ > kSubscriptionBytesMax;
  };
  while (pages_.size() > 1 && may_go(pages_.front())) {
    count_ -= pages_.front().count;
    subscription_bytes_ -= pages_.front().subscription_bytes;
    pages_.pop_front();
  }
}

void ClosedSessions::add(const SessionFacts& facts) {
  std::string record;
  const size_t subscription_bytes = kept_max_ > 0 ? append_record(record, facts) : 0;
  const std::lock_guard lock(mutex_);
  ++total_;
  if (kept_max_ == 0) return;
  if (pages_.empty() || pages_.back().compressed) pages_.emplace_back();
  Page& page = pages_.back();
  page.records += record;
  page.subscription_bytes += subscription_bytes;
  subscription_bytes_ += subscription_bytes;
  ++page.count;
  ++count_;
  if (page.records.size() >= kPageBytes) {
    page.records = compressed(page.records);
    page.compressed = true;
  }
  forget_oldest();
}

std::deque<SessionFacts> ClosedSessions::snapshot(WithSubscriptions with) const {
  std::deque<Page> pages;
  size_t to_skip = 0;
  {
    const std::lock_guard lock(mutex_);
    pages = pages_;
    to_skip = count_ - std::min(count_, kept_max_);
  }
  std::deque<SessionFacts> all;
  for (const Page& page : pages) {
    const std::string records = page.compressed ? uncompressed(page.records) : page.records;
    for (std::string_view rest = records; !rest.empty();) {
      SessionFacts facts = take_record(rest, with);
      if (to_skip > 0) {
        --to_skip;
      } else {
        all.push_back(std::move(facts));
      }
    }
  }
  return all;
}

size_t ClosedSessions::bytes() const {
  const std::lock_guard lock(mutex_);
  size_t bytes = 0;
  for (const Page& page : pages_) bytes += page.records.capacity();
  return bytes;
}

}  // namespace antiphon
