#include "broker/config/option_writer.h"

namespace antiphon {
namespace {

// A new BrokerOptions holds every default.
template <typename Value>
Value default_of(const Option& option) {
  BrokerOptions defaults;
  return std::get<FieldOf<Value>>(option.field)(defaults);
}

std::string bound_text(const Option& option, int64_t bound) {
  if (std::holds_alternative<FieldOf<Duration>>(option.field)) {
    return duration_text(Duration(bound));
  }
  return std::to_string(bound);
}

// What is wrong with `value`, or nothing.
std::string out_of_bounds(const Option& option, int64_t value) {
  const std::string name(option.name);
  if (value < option.bounds.min) {
    return name + " must be at least " + bound_text(option, option.bounds.min);
  }
  if (value > option.bounds.max) {
    return name + " must be at most " + bound_text(option, option.bounds.max);
  }
  return "";
}

}  // namespace

void OptionWriter::write_number(const Option& option, int64_t value, const Place& place) {
  const std::string problem = out_of_bounds(option, value);
  if (!problem.empty()) return error(place, problem);
  if (value == 0 && option.bounds.zero_is_default) value = default_of<int64_t>(option);
  write(option, value, place);
}

void OptionWriter::write_duration(const Option& option, Duration value, const Place& place) {
  const std::string problem = out_of_bounds(option, value.count());
  if (!problem.empty()) return error(place, problem);
  if (value.count() == 0 && option.bounds.zero_is_default) value = default_of<Duration>(option);
  write(option, value, place);
}

void OptionWriter::write_text(const Option& option, std::string value, const Place& place) {
  if (value.empty() && option.bounds.min > 0) {
    return error(place, std::string(option.name) + " must not be empty");
  }
  if (value.empty() && option.bounds.zero_is_default) value = default_of<std::string>(option);
  write(option, std::move(value), place);
}

void OptionWriter::write_block(const Option& option, const Place& place) {
  mark_set(option.name, place);
  if (const auto* field = std::get_if<FieldOf<bool>>(&option.field)) (*field)(options_) = true;
}

void OptionWriter::derive_text(const Option& option, std::string value, const Place& place) {
  set_at_.insert_or_assign(option.name, Setting{place});
  std::get<FieldOf<std::string>>(option.field)(options_) = std::move(value);
}

const Place* OptionWriter::place_of(std::string_view option_name) const {
  const auto found = set_at_.find(option_name);
  return found == set_at_.end() ? nullptr : &found->second.place;
}

void OptionWriter::mark_set(std::string_view option_name, const Place& place) {
  const auto [slot, is_new] = set_at_.try_emplace(option_name, Setting{place, repeats_allowed_});
  Setting& setting = slot->second;
  if (is_new) return;
  if (setting.place.file == place.file && !setting.may_repeat) {
    warning(place, std::string(option_name) + " was already set on line " +
                       std::to_string(setting.place.line) +
                       ", by this or another name; the later value counts");
  }
  setting = {place, repeats_allowed_};
}

}  // namespace antiphon
