// What a NATS configuration refers to: other files by `include`, other values by `$NAME`.
#include <absl/status/status.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "broker/config/nats_tree.h"

namespace antiphon {
namespace {

// A name that is plainly a variable's; other text after a `$` may be a password without quotes.
bool is_identifier(std::string_view name) {
  if (name.empty() || is_digit(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const char lower = to_lower(c);
    return is_digit(c) || c == '_' || (lower >= 'a' && lower <= 'z');
  });
}

std::string path_of_include(const std::string& including, const std::string& included) {
  const std::filesystem::path folder = std::filesystem::path(including).parent_path();
  return (folder / included).lexically_normal().string();
}

}  // namespace

bool NatsTree::read_include(OpenMap& map, const Place& keyword, uint32_t depth) {
  cursor_.skip_blanks();
  std::string path;
  SyntaxError error;
  if (!scan_include_path(cursor_, path, error)) return fail(std::move(error));
  if (name_.empty()) return fail(keyword, "an environment variable cannot include files");
  if (!add_file(map, path_of_include(name_, path), keyword, depth)) state_.complete = false;
  return true;
}

// False when the file could not be read whole, which has been reported.
bool NatsTree::add_file(OpenMap& map, const std::string& path, const Place& place, uint32_t depth) {
  const auto& open = state_.open_files;
  if (std::find(open.begin(), open.end(), path) != open.end()) {
    return fail(place, "include cycle: " + path + " includes itself, directly or through others");
  }
  if (open.size() > kConfigIncludeDepthMax || state_.files > kConfigIncludesMax) {
    return fail(place, "too many includes: at most " + std::to_string(kConfigIncludeDepthMax) +
                           " inside each other and " + std::to_string(kConfigIncludesMax) +
                           " in all");
  }
  const absl::StatusOr<std::string> text = state_.inputs.read_file(path);
  if (!text.ok()) {
    return fail(place, "cannot read the included file " + path + ": " +
                           std::string(to_std(text.status().message())));
  }
  state_.bytes += text->size();
  if (state_.bytes > kConfigBytesMax) {
    return fail(place, "the files have more than " + std::to_string(kConfigBytesMax) + " bytes");
  }

  state_.open_files.push_back(path);
  auto file = std::make_shared<const SourceFile>(SourceFile{path, state_.files++});
  OpenMap included;
  NatsTree tree(state_, path, NatsCursor(*text, std::move(file)));
  const bool read = tree.read_file(included, depth);
  state_.open_files.pop_back();
  for (ConfigEntry& entry : included.map.entries) add_entry(map, std::move(entry));
  return read;
}

// Looks in the open blocks from the inside out, then in the environment.
bool NatsTree::resolve_variable(const std::string& name, ConfigValue& value, uint32_t depth) {
  for (auto open = open_maps_.rbegin(); open != open_maps_.rend(); ++open) {
    const auto found = (*open)->index.find(name);
    if (found == (*open)->index.end()) continue;
    ConfigEntry& entry = (*open)->map.entries[found->second];
    entry.used_as_variable = true;
    if (depth + entry.value.nesting > kConfigNestingMax) {
      return fail_nesting(value.place);
    }
    if (!count_values(entry.value.value_count, value.place)) return false;
    const Place place = value.place;
    value = entry.value;
    value.place = place;
    return true;
  }
  return read_environment(name, value, depth);
}

bool NatsTree::read_environment(const std::string& name, ConfigValue& value, uint32_t depth) {
  auto& open = state_.open_variables;
  if (std::find(open.begin(), open.end(), name) != open.end()) {
    report_variable(value.place, name, "refers to itself through the environment");
    return true;
  }
  if (open.size() >= kConfigVariableDepthMax) {
    report_variable(value.place, name, "stands behind too many other variables");
    return true;
  }
  const std::optional<std::string> text = state_.inputs.environment(name);
  if (!text) {
    report_variable(value.place, name,
                    "is neither set before it nor in the environment; text that begins with $ "
                    "needs quotes");
    return true;
  }
  open.push_back(name);
  const Place place = value.place;
  NatsTree tree(state_, "", NatsCursor(*text, place));
  tree.current_key_ = current_key_;
  if (!tree.read_single_value(value, depth)) {
    value = ConfigValue{};
    value.place = place;
    report_variable(place, name, "has a text in the environment that is no value");
  }
  open.pop_back();
  return true;
}

void NatsTree::report_variable(const Place& place, const std::string& name,
                               std::string_view problem) {
  const bool may_be_secret = !is_identifier(name) || names_a_secret(current_key_);
  const std::string subject = may_be_secret ? "this variable" : "variable $" + name;
  state_.diagnostics.error(place, subject + " " + std::string(problem));
  state_.complete = false;
}

}  // namespace antiphon
