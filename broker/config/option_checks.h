// What is wrong between options that are each fine: the last look before a broker starts.
//
// WHY: these are checked on the finished value, after the command line had its say, not while a
// file is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/config/broker_options.h"

namespace antiphon {

struct OptionProblem {
  std::string_view option;             // a name of the option table: the one to change
  std::string message;                 // never shows a secret
  bool mended_by_more = false;         // may be no problem once a file is read that could not be
  std::string_view other_option = "";  // the one to change if the first has only its default
};

// Each of these forbids to start.
std::vector<OptionProblem> option_errors(const BrokerOptions& options);

// Each of these is allowed but seldom meant.
std::vector<OptionProblem> option_warnings(const BrokerOptions& options);

}  // namespace antiphon
