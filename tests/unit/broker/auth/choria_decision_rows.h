// Who may come in and who may not: the rows of tests/support/choria_decisions.txt, which says what
// their words mean.
//
// WHY: the same rows are played to real brokers (tests/interop/decisions), so they are data of both.
#pragma once

#include <string>
#include <vector>

namespace antiphon::testing_choria {

struct DecisionRow {
  std::string policy;
  std::string connection;
  std::string credentials;
  // Account, rule and what is granted, or `no`, the rule and why.
  std::string outcome;
};

// All of them; the test fails if the file cannot be read or has a line that is no row.
const std::vector<DecisionRow>& decision_rows();

bool is_refused(const DecisionRow& row);

// Whether there is anything to decide: a listener has not ended the connection before.
bool reaches_decision(const DecisionRow& row);

}  // namespace antiphon::testing_choria
