#include "broker/config/hidden_seeds.h"

#include "protocol/nats/nkey.h"

namespace antiphon {
namespace {

// So many letters may be missing.
constexpr size_t kSeedLettersMin = kNkeySeedTextBytes - 8;

bool is_base32(char c) { return (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7'); }

// No public nkey begins with S, and none is longer than kNkeyTextBytes.
bool is_seed(std::string_view word) {
  return word.size() > kNkeyTextBytes || (word.size() >= kSeedLettersMin && word.front() == 'S');
}

size_t end_of_word(std::string_view text, size_t begin) {
  while (begin < text.size() && is_base32(text[begin])) ++begin;
  return begin;
}

}  // namespace

std::string without_seeds(std::string_view text) {
  std::string shown;
  for (size_t at = 0; at < text.size();) {
    size_t end = end_of_word(text, at);
    const std::string_view word = text.substr(at, end - at);
    if (!is_seed(word)) {
      shown.append(word);
      if (end < text.size()) shown += text[end++];
    } else {
      if (shown.ends_with('"') && end < text.size() && text[end] == '"') {
        shown.pop_back();
        ++end;
      }
      shown += "a seed";
    }
    at = end;
  }
  return shown;
}

bool holds_a_seed(std::string_view text) { return without_seeds(text) != text; }

}  // namespace antiphon
