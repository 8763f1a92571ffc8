#include "broker/system/expvarz.h"

#include <malloc.h>

#include <algorithm>
#include <fstream>
#include <string_view>

#include "broker/monitor/json_writer.h"

// jemalloc's, where it is linked; else null.
extern "C" int mallctl(const char* name, void* old, size_t* old_bytes, void* next, size_t next_bytes)
    __attribute__((weak));

namespace antiphon {
namespace {

constexpr std::string_view kLeftOut = "[REDACTED]";

uint64_t jemalloc_figure(const char* name) {
  size_t value = 0;
  size_t bytes = sizeof value;
  return mallctl(name, &value, &bytes, nullptr, 0) == 0 ? value : 0;
}

AllocatorFigures jemalloc_figures() {
  uint64_t epoch = 1;
  size_t bytes = sizeof epoch;
  (void)mallctl("epoch", &epoch, &bytes, &epoch, bytes);  // the figures are as of now
  return {jemalloc_figure("stats.allocated"), jemalloc_figure("stats.active"),
          jemalloc_figure("stats.mapped")};
}

bool is_secret_flag(std::string_view argument) {
  if (!argument.starts_with('-')) return false;
  argument.remove_prefix(std::min(argument.find_first_not_of('-'), argument.size()));
  return argument == "pass" || argument == "auth";
}

}  // namespace

AllocatorFigures allocator_figures() {
  if (mallctl != nullptr) return jemalloc_figures();
  const struct mallinfo2 figures = mallinfo2();
  const uint64_t mapped = figures.arena + figures.hblkhd;
  return {figures.uordblks + figures.hblkhd, mapped - figures.fordblks, mapped};
}

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
