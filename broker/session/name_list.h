// A few names, each once, in memory that is kept from one use to the next.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

class NameList {
 public:
  void clear() { count_ = 0; }
  void add(std::string_view name) {
    if (std::find(begin(), end(), name) != end()) return;
    if (count_ == names_.size()) names_.emplace_back();
    names_[count_++].assign(name);
  }
  std::vector<std::string>::const_iterator begin() const { return names_.begin(); }
  std::vector<std::string>::const_iterator end() const {
    return names_.begin() + static_cast<std::ptrdiff_t>(count_);
  }

 private:
  std::vector<std::string> names_;
  size_t count_ = 0;
};

}  // namespace antiphon
