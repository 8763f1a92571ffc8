#include "broker/config/choria_files.h"

#include <absl/status/status.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "broker/config/choria_keys.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

constexpr std::string_view kDropInFolder = "plugin.d";
constexpr std::string_view kDropInSuffix = ".cfg";

struct DropIns {
  const ConfigInputs& inputs;
  Diagnostics& diagnostics;
  std::vector<ChoriaSetting>& settings;
  uint32_t files = 1;  // the main file is the first

  void add(const std::filesystem::path& path) {
    const auto file = std::make_shared<const SourceFile>(SourceFile{path.string(), files++});
    const absl::StatusOr<std::string> text = inputs.read_file(path.string());
    if (!text.ok()) {
      return diagnostics.error({file, 0, 0},
                               "cannot be read: " + std::string(to_std(text.status().message())));
    }
    const std::string name = path.stem().string();
    const auto found = parse_choria_conf(file, *text, "plugin." + name + ".", diagnostics);
    for (const ChoriaSetting& setting : found) add_setting(setting, name);
  }

  // Settings that Choria reads only from the main file or choria.cfg change nothing elsewhere.
  void add_setting(const ChoriaSetting& setting, const std::string& name) {
    if (name == "choria" || !is_choria_key(setting.key)) return settings.push_back(setting);
    diagnostics.warning(setting.key_place, setting.key +
                                               " has no effect here: Choria reads it only from the "
                                               "main file and plugin.d/choria.cfg");
  }
};

bool lies_below_home(const std::string& path, const ConfigInputs& inputs) {
  const std::optional<std::string> home = inputs.environment("HOME");
  if (!home || home->empty()) return false;
  const std::filesystem::path whole = std::filesystem::path(inputs.working_directory) / path;
  return whole.lexically_normal().string().starts_with(*home);
}

}  // namespace

std::vector<ChoriaSetting> read_choria_files(const std::string& path, std::string_view text,
                                             const ConfigInputs& inputs, Diagnostics& diagnostics) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{path, 0});
  std::vector<ChoriaSetting> settings = parse_choria_conf(file, text, "", diagnostics);

  const std::filesystem::path folder = std::filesystem::path(path).parent_path() / kDropInFolder;
  absl::StatusOr<std::vector<std::string>> names = inputs.list_directory(folder.string());
  const Place place{std::make_shared<const SourceFile>(SourceFile{folder.string(), 1}), 0, 0};
  if (!names.ok()) {
    if (names.status().code() != absl::StatusCode::kNotFound) {
      diagnostics.error(place, "cannot be read: " + std::string(to_std(names.status().message())));
    }
    return settings;
  }
  if (lies_below_home(path, inputs)) {
    diagnostics.warning(place, "is not read, as Choria does below the home folder");
    return settings;
  }
  std::sort(names->begin(), names->end());
  DropIns drop_ins{inputs, diagnostics, settings};
  for (const std::string& name : *names) {
    if (name.ends_with(".conf")) {
      diagnostics.warning(place, name + " is not read: drop-ins end in .cfg");
    } else if (name.ends_with(kDropInSuffix)) {
      if (drop_ins.files > kChoriaDropInsMax) {
        diagnostics.error(place, "more than " + std::to_string(kChoriaDropInsMax) + " drop-ins");
        break;
      }
      drop_ins.add(folder / name);
    }
  }
  return settings;
}

std::vector<ChoriaSetting> last_of_each(const std::vector<ChoriaSetting>& settings) {
  std::map<std::string_view, const ChoriaSetting*> last;
  for (const ChoriaSetting& setting : settings) last[setting.key] = &setting;
  std::vector<ChoriaSetting> result;
  for (const auto& [key, setting] : last) result.push_back(*setting);
  return result;
}

}  // namespace antiphon
