// The parts of the NATS configuration parser: the builder of one file's tree, and what all files of
// one configuration share. Only nats_parser.cc and nats_references.cc include this.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <string>
#include <vector>

#include "broker/config/nats_parser.h"
#include "broker/config/nats_scanner.h"
#include "protocol/bytes/text.h"

namespace antiphon {

// Shared by all files and variables of one configuration; holds what the limits count.
struct NatsParseState {
  const ConfigInputs& inputs;
  Diagnostics& diagnostics;
  uint32_t values = 0;
  size_t bytes = 0;
  uint32_t files = 0;
  std::vector<std::string> open_files{};      // this file and those that include it
  std::vector<std::string> open_variables{};  // environment variables being read
  bool complete = true;
};

// A block that is being filled. Entries are found by their exact key.
struct OpenMap {
  ConfigMap map;
  TextMap<size_t> index;
  uint32_t nesting = 0;      // deepest value inside
  uint32_t value_count = 1;  // with the block itself
};

class NatsTree {
 public:
  NatsTree(NatsParseState& state, std::string name, NatsCursor cursor)
      : state_(state), name_(std::move(name)), cursor_(std::move(cursor)) {}

  // Reads the whole text into `root`, whose own nesting is `depth`. False after a syntax error.
  bool read_file(OpenMap& root, uint32_t depth);

  // Reads the text as one value: that of an environment variable. Empty text is an empty string.
  bool read_single_value(ConfigValue& value, uint32_t depth);

 private:
  bool fail(Place place, std::string message);
  bool fail(SyntaxError error) { return fail(std::move(error.place), std::move(error.message)); }
  bool fail_nesting(const Place& place);
  bool count_values(uint32_t count, const Place& place);

  bool read_entries(OpenMap& map, const Place* opened, uint32_t depth);
  bool read_stray_brace();
  bool read_entry(OpenMap& map, bool inside_braces, uint32_t depth);
  bool may_be_secret(const ScannedKey& key, bool after_blank) const;
  bool read_separator(const ScannedKey& key, bool inside_braces);
  bool read_end_of_entry(bool inside_braces);
  bool read_value(ConfigValue& value, uint32_t depth);
  bool read_map(ConfigValue& value, uint32_t depth);
  bool read_list(ConfigValue& value, uint32_t depth);
  bool read_scalar(ConfigValue& value, uint32_t depth);
  void add_entry(OpenMap& map, ConfigEntry entry);

  bool read_include(OpenMap& map, const Place& keyword, uint32_t depth);
  bool add_file(OpenMap& map, const std::string& path, const Place& place, uint32_t depth);
  bool resolve_variable(const std::string& name, ConfigValue& value, uint32_t depth);
  bool read_environment(const std::string& name, ConfigValue& value, uint32_t depth);
  void report_variable(const Place& place, const std::string& name, std::string_view problem);

  NatsParseState& state_;
  std::string name_;
  NatsCursor cursor_;
  std::vector<OpenMap*> open_maps_;  // innermost last
  std::string current_key_;          // whose value is being read
  uint32_t secret_line_ = 0;         // where the last secret without quotes ended
};

}  // namespace antiphon
