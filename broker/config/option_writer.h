// Writes checked values into BrokerOptions and remembers where each was set.
//
// WHY: both dialects end here, so bounds, "zero means the default" and the warning about an option
// that is set twice under two names are the same for both.
// ERRORS: a value out of bounds is reported at its place and not written.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "broker/config/diagnostics.h"
#include "broker/config/option_table.h"

namespace antiphon {

inline constexpr size_t kSuggestionsMax = 20;

class OptionWriter {
 public:
  OptionWriter(BrokerOptions& options, Diagnostics& diagnostics)
      : options_(options), diagnostics_(diagnostics) {}

  BrokerOptions& options() { return options_; }
  // True the first kSuggestionsMax times: finding what was meant is the dearest part of a message.
  [[nodiscard]] bool may_suggest() { return suggestions_++ < kSuggestionsMax; }
  void error(const Place& place, std::string message) {
    diagnostics_.error(place, std::move(message));
  }
  void warning(const Place& place, std::string message) {
    diagnostics_.warning(place, std::move(message));
  }

  // REQUIRES: the option's field is of the type written, or there is none.
  void write_number(const Option& option, int64_t value, const Place& place);
  void write_duration(const Option& option, Duration value, const Place& place);
  void write_text(const Option& option, std::string value, const Place& place);
  template <typename Value>
  void write(const Option& option, Value value, const Place& place) {
    mark_set(option.name, place);
    if (std::holds_alternative<std::monostate>(option.field)) return;
    std::get<FieldOf<Value>>(option.field)(options_) = std::move(value);
  }

  // While on, what is written may be written again without a warning: it is there as a variable.
  void allow_repeats(bool on) { repeats_allowed_ = on; }

  // The block itself was there, whatever it holds.
  void write_block(const Option& option, const Place& place);

  // A text that other settings imply; `place` is theirs.
  void derive_text(const Option& option, std::string value, const Place& place);

  // The place where the option was set, or null while it has its default.
  [[nodiscard]] const Place* place_of(std::string_view option_name) const;

 private:
  struct Setting {
    Place place;
    bool may_repeat = false;
  };

  void mark_set(std::string_view option_name, const Place& place);

  BrokerOptions& options_;
  Diagnostics& diagnostics_;
  size_t suggestions_ = 0;
  bool repeats_allowed_ = false;
  std::map<std::string_view, Setting> set_at_;  // keyed by the names of the table
};

}  // namespace antiphon
