// What accounts share in operator mode: the exports, imports, mappings and limits of their JWTs, as the
// settings that accounts of a configuration have too.
//
// MODEL: an export that needs an activation is exported to those accounts whose import shows one that
// is signed by the exporting account, not expired and not revoked. What does not fit is left out
// and said; it never crosses.
// LIFETIME: activations and accounts begin and end. changes_s says when the first does next:
// everything must be made anew then.
#pragma once

#include <string>
#include <vector>

#include "broker/config/authorization_options.h"
#include "protocol/nats/account_settings.h"

namespace antiphon {

struct OperatorSharing {
  std::vector<AccountSettings> accounts;
  int64_t changes_s = 0;  // since 1970; 0: never
  struct Problem {
    std::string account;  // nkey
    std::string message;
  };
  std::vector<Problem> problems;
};

// `accounts`: by nkey, those that are sound and whose operator is trusted. `now_s`: since 1970.
// `system_account`: an nkey, or empty; its services about an account may be imported by that account, also if its
// JWT exports nothing.
OperatorSharing operator_sharing(const AccountClaimsByNkey& accounts, int64_t now_s,
                                 const std::string& system_account);

}  // namespace antiphon
