// A set of nodes by their numbers in a roster: a bit for each.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace antiphon::federation {

class NodeSet {
 public:
  void add(uint32_t node) {
    const size_t word = node / kBits;
    if (word >= words_.size()) words_.resize(word + 1);
    words_[word] |= uint64_t{1} << (node % kBits);
  }
  bool has(uint32_t node) const {
    const size_t word = node / kBits;
    return word < words_.size() && (words_[word] >> (node % kBits) & 1) != 0;
  }
  size_t count() const {
    size_t all = 0;
    for (const uint64_t word : words_) all += static_cast<size_t>(std::popcount(word));
    return all;
  }
  // Keeps the memory.
  void clear() { words_.assign(words_.size(), 0); }

 private:
  static constexpr size_t kBits = 64;
  std::vector<uint64_t> words_;
};

}  // namespace antiphon::federation
