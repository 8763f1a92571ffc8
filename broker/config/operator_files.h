// Operator mode's files: reads the JWTs of operators and accounts, and says what is wrong with them.
//
// WHY at loading: options then hold all there is to know, so that a reload sees what has changed.
// INVARIANTS: names of files in a resolver's folder are taken as accounts only if they are nkeys; no
// name out of a JWT becomes a path.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "broker/config/config_inputs.h"
#include "broker/config/option_checks.h"

namespace antiphon {

struct OperatorProblems {
  std::vector<OptionProblem> errors;
  std::vector<OptionProblem> warnings;
};

// No-op unless operator mode is on. In a folder a file that cannot be used is a warning: its account
// is not known then.
OperatorProblems load_operator_files(AuthorizationOptions& auth, const ConfigInputs& inputs);

// Takes over what the resolver's folder holds now of the accounts `pushed`, by their nkeys, and of no other;
// what else was loaded stays. WHY: a push costs one file, however many the folder has.
OperatorProblems load_pushed_accounts(AuthorizationOptions& auth, const ConfigInputs& inputs,
                                      const std::set<std::string>& pushed);

// What accounts share at another time, by the JWTs that were loaded: nothing is read again.
void renew_operator_sharing(AuthorizationOptions& auth, int64_t now_s);

}  // namespace antiphon
