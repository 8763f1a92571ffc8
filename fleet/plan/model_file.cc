#include "fleet/plan/model_file.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "protocol/bytes/text.h"

namespace antiphon::fleet::plan {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 2;  // 1 had one speed of a core
constexpr size_t kFileBytesMax = 1024 * 1024;
constexpr const char* kGeneralSection = "general";

// Reads fields and collects what is wrong with them.
class ModelReader {
 public:
  ModelReader(const Json& root, const std::string& file) : root_(root), file_(file) {}

  absl::StatusOr<CostModel> read() {
    if (!root_.is_object()) return absl::InvalidArgumentError(file_ + ": must be a JSON object");
    check_names();
    check_format();
    CostModel model;
    model.name = text("name");
    model.measured_on = text("measured_on");
    if (const Json* section = section_of(kGeneralSection)) {
      read_costs(*section, kGeneralSection, kGeneralFields, model.general);
    } else {
      add("/general", "missing");
    }
    read_connections(model);
    if (problems_.empty()) return model;
    return absl::InvalidArgumentError(absl::StrJoin(problems_, "\n"));
  }

 private:
  void add(const std::string& place, const std::string& problem) {
    problems_.push_back(absl::StrCat(file_, ": ", place, ": ", problem));
  }

  void check_names() {
    std::set<std::string> known = {"format", "name", "measured_on", kGeneralSection};
    for (const std::string_view name : kSecurityNames) known.emplace(name);
    for (const auto& [name, value] : root_.items()) {
      if (known.count(name) == 0) add("/" + name, "unknown field");
    }
  }

  void check_format() {
    const auto found = root_.find("format");
    if (found == root_.end()) return add("/format", "missing");
    if (*found != kFormat) add("/format", absl::StrCat("must be ", kFormat));
  }

  std::string text(const char* name) {
    const auto found = root_.find(name);
    if (found != root_.end() && found->is_string()) return *found;
    add(absl::StrCat("/", name), found == root_.end() ? "missing" : "must be a text");
    return {};
  }

  // Null when it is not there; what is no object counts as an empty one, after a complaint.
  const Json* section_of(const std::string& name) {
    static const Json kNothing = Json::object();
    const auto found = root_.find(name);
    if (found == root_.end()) return nullptr;
    if (found->is_object()) return &*found;
    add("/" + name, "must be an object");
    return &kNothing;
  }

  void read_connections(CostModel& model) {
    bool any = false;
    for (size_t i = 0; i < kSecurityNames.size(); ++i) {
      const std::string name(kSecurityNames[i]);
      const Json* section = section_of(name);
      if (section == nullptr) continue;
      any = true;
      read_costs(*section, name, kConnectionFields, model.connections[i].emplace());
    }
    if (!any) add("/", "has no costs of connections: none, rsa or ecdsa");
  }

  template <typename Fields, typename Costs>
  void read_costs(const Json& section, const std::string& name, const Fields& fields,
                  Costs& costs) {
    for (const auto& item : section.items()) {
      const std::string& key = item.key();
      const bool known = std::any_of(fields.begin(), fields.end(),
                                     [&](const auto& field) { return field.name == key; });
      if (!known) add(absl::StrCat("/", name, "/", key), "unknown field");
    }
    for (const auto& field : fields) {
      const std::string place = absl::StrCat("/", name, "/", to_absl(field.name));
      const auto found = section.find(std::string(field.name));
      if (found == section.end()) {
        add(place, "missing");
      } else if (!found->is_number()) {
        add(place, "must be a number");
      } else {
        read_number(*found, place, field.min, field.max, costs.*field.member);
      }
    }
  }

  void read_number(double value, const std::string& place, double min, double max, double& out) {
    // Written so that what is not a number is outside too.
    if (!(value >= min && value <= max)) {
      return add(place, absl::StrCat("must be ", min, " to ", max, ", not ", value));
    }
    out = value;
  }

  const Json& root_;
  const std::string& file_;
  std::vector<std::string> problems_;
};

std::string place_of(std::string_view text, size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
  const size_t line = 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is the beginning
  return absl::StrCat(line, ":", before.size() - line_begin + 1);
}

template <typename Fields, typename Costs>
Json costs_json(const Fields& fields, const Costs& costs) {
  Json json = Json::object();
  for (const auto& field : fields) json[std::string(field.name)] = costs.*field.member;
  return json;
}

}  // namespace

absl::StatusOr<CostModel> parse_model(std::string_view text, const std::string& file) {
  Json root;
  try {
    root = Json::parse(text);
  } catch (const Json::parse_error& error) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ":", place_of(text, error.byte), ": this is not JSON"));
  } catch (const Json::exception&) {
    return absl::InvalidArgumentError(file + ": a number is too large");
  }
  return ModelReader(root, file).read();
}

std::string model_json(const CostModel& model) {
  Json json = {{"format", kFormat}, {"name", model.name}, {"measured_on", model.measured_on}};
  json[kGeneralSection] = costs_json(kGeneralFields, model.general);
  for (size_t i = 0; i < kSecurityNames.size(); ++i) {
    if (!model.connections[i]) continue;
    json[std::string(kSecurityNames[i])] = costs_json(kConnectionFields, *model.connections[i]);
  }
  // Names of computers need not be UTF-8.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<CostModel> read_model(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kFileBytesMax + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.eof() && !stream.good()) {
    return absl::InvalidArgumentError("cannot read " + file);
  }
  text.resize(static_cast<size_t>(stream.gcount()));
  if (text.size() > kFileBytesMax) return absl::InvalidArgumentError(file + ": is too large");
  return parse_model(text, file);
}

absl::Status write_model(const CostModel& model, const std::string& file) {
  std::ofstream stream(file, std::ios::binary);
  stream << model_json(model);
  stream.close();
  if (stream.fail()) return absl::UnavailableError("cannot write " + file);
  return absl::OkStatus();
}

}  // namespace antiphon::fleet::plan
