// What a simulation has done, step by step, if somebody wants to know.
#pragma once

#include <absl/strings/str_cat.h>

#include <string>
#include <vector>

#include "tests/sim/played_time.h"

namespace antiphon::sim {

class Trace {
 public:
  explicit Trace(bool is_on) : is_on_(is_on) {}

  bool is_on() const { return is_on_; }

  template <typename... Parts>
  void add(const Parts&... parts) {
    if (is_on_) lines_.push_back(absl::StrCat(PlayedTime::passed_ms(), " ms: ", parts...));
  }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  const bool is_on_;
  std::vector<std::string> lines_;
};

}  // namespace antiphon::sim
