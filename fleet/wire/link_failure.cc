#include "fleet/wire/link_failure.h"

namespace antiphon::fleet {
namespace {

constexpr std::string_view kOther = "other";

}  // namespace

std::string_view phase_text(LinkPhase phase) {
  switch (phase) {
    case LinkPhase::kDial:
      return "dial";
    case LinkPhase::kInfo:
      return "info";
    case LinkPhase::kTls:
      return "tls";
    case LinkPhase::kLogin:
      return "login";
    case LinkPhase::kOpen:
      return "connected";
  }
  return "unknown";
}

std::string LinkFailure::text() const {
  return std::string(phase_text(phase)) + ": " + reason;
}

void FailureCounts::add(std::string_view text, uint64_t count) {
  text = text.substr(0, kTextBytesMax);
  auto found = counts_.find(text);
  if (found == counts_.end()) {
    if (counts_.size() >= kTextsMax) text = kOther;
    found = counts_.emplace(text, 0).first;
  }
  found->second += count;
}

void FailureCounts::add_all(const FailureCounts& other) {
  for (const auto& [text, count] : other.counts_) add(text, count);
}

uint64_t FailureCounts::total() const {
  uint64_t sum = 0;
  for (const auto& [text, count] : counts_) sum += count;
  return sum;
}

std::string_view FailureCounts::most_frequent() const {
  std::string_view text;
  uint64_t most = 0;
  for (const auto& [one, count] : counts_) {
    if (count <= most) continue;
    most = count;
    text = one;
  }
  return text;
}

}  // namespace antiphon::fleet
