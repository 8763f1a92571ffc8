#include "broker/system/expvarz.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "broker/monitor/json_writer.h"

namespace antiphon {
namespace {

constexpr std::string_view kLeftOut = "[REDACTED]";

bool is_secret_flag(std::string_view argument) {
  if (!argument.starts_with('-')) return false;
  argument.remove_prefix(std::min(argument.find_first_not_of('-'), argument.size()));
  return argument == "pass" || argument == "auth";
}

}  // namespace

// proc(5): each ends with a NUL.
std::vector<std::string> process_arguments() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> arguments;
  for (std::string argument; std::getline(file, argument, '\0');) {
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::vector<std::string> without_secrets(std::vector<std::string> arguments) {
  bool is_value = false;
  for (std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    const bool has_value = equals != argument.npos && is_secret_flag(argument.substr(0, equals));
    const bool names_somebody = argument.find("://") != argument.npos &&
                                argument.find('@') != argument.npos;
    if (has_value) {
      argument.replace(equals + 1, argument.npos, kLeftOut);
      is_value = false;
    } else if (is_value || names_somebody) {
      argument = kLeftOut;
      is_value = false;
    } else {
      is_value = is_secret_flag(argument);
    }
  }
  return arguments;
}

std::string expvarz_json(const AllocatorFigures& memory, const std::vector<std::string>& arguments) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.begin_object("memstats");
  json.field("Alloc", memory.allocated_bytes);
  json.field("Sys", memory.mapped_bytes);
  json.field("HeapAlloc", memory.allocated_bytes);
  json.field("HeapSys", memory.mapped_bytes);
  json.field("HeapInuse", memory.in_use_bytes);
  json.field("HeapIdle", memory.mapped_bytes - std::min(memory.mapped_bytes, memory.in_use_bytes));
  json.end_object();
  json.begin_array("cmdline");
  for (const std::string& argument : arguments) json.value(argument);
  json.end_array();
  json.end_object();
  return out;
}

}  // namespace antiphon
