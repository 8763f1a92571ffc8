// Which nodes a request is meant for, as the caller wrote it.
//
// MODEL: the five sections combine with AND. Identities are alternatives; agents, classes and facts
// must all match. Texts between slashes are regular expressions. FilterMatcher evaluates a filter.
// LIMITS: kFilterEntriesMax, kFilterTextBytesMax, kCompoundTermsMax.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/choria/json_cursor.h"
#include "protocol/choria/problem.h"

namespace antiphon::choria {

enum class FactOperator : uint8_t {
  kEqual,           // ==
  kNotEqual,        // !=
  kMatches,         // =~
  kLess,            // <
  kLessOrEqual,     // <=
  kGreater,         // >
  kGreaterOrEqual,  // >=
};
std::string_view fact_operator_text(FactOperator op);
[[nodiscard]] bool parse_fact_operator(std::string_view text, FactOperator& op);

struct FactFilter {
  std::string fact;  // a path, see fact_path.h
  FactOperator op = FactOperator::kEqual;
  std::string value;
  bool operator==(const FactFilter&) const = default;
};

// One compound expression; today's clients write a single term named `expr`.
using CompoundTerm = std::map<std::string, std::string>;

struct Filter {
  std::vector<FactFilter> facts;
  std::vector<std::string> classes;
  std::vector<std::string> agents;
  std::vector<std::string> identities;
  std::vector<std::vector<CompoundTerm>> compound;

  bool empty() const {
    return facts.empty() && classes.empty() && agents.empty() && identities.empty() &&
           compound.empty();
  }
  bool operator==(const Filter&) const = default;
};

// The schema demands every section but `agent`. out must be fresh.
[[nodiscard]] bool read_filter(JsonCursor& json, Filter& out);
Problem parse_filter(std::string_view text, Filter& out);
void append_filter(const Filter& filter, std::string& out);

}  // namespace antiphon::choria
