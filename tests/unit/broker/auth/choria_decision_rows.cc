#include "tests/unit/broker/auth/choria_decision_rows.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string_view>

namespace antiphon::testing_choria {
namespace {

constexpr std::string_view kBetweenFields = " | ";
constexpr std::string_view kNothing = "-";
constexpr size_t kFields = 4;  // the fifth is about Choria's broker

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (;;) {
    const size_t end = line.find(kBetweenFields);
    const std::string_view field = line.substr(0, end);
    fields.emplace_back(field == kNothing ? std::string_view() : field);
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + kBetweenFields.size());
  }
}

std::vector<DecisionRow> read_rows() {
  std::ifstream file(AP_DECISION_TABLE);
  EXPECT_TRUE(file.is_open()) << AP_DECISION_TABLE;
  std::vector<DecisionRow> rows;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const std::vector<std::string> fields = fields_of(line);
    const bool is_row = fields.size() == kFields || fields.size() == kFields + 1;
    EXPECT_TRUE(is_row) << line;
    if (is_row) rows.push_back({fields[0], fields[1], fields[2], fields[3]});
  }
  return rows;
}

}  // namespace

const std::vector<DecisionRow>& decision_rows() {
  static const std::vector<DecisionRow>& rows = *new std::vector<DecisionRow>(read_rows());
  return rows;
}

bool is_refused(const DecisionRow& row) {
  return row.outcome.starts_with("no ");
}

bool reaches_decision(const DecisionRow& row) {
  return !row.outcome.starts_with("no listener: ");
}

}  // namespace antiphon::testing_choria
