// Whether what an account's JWT shares can be meant: an account that fails is of no use as a whole, as
// in nats-server, so that nobody acts in one that is only half there.
#pragma once

#include <string>
#include <string_view>

#include "protocol/nats/claims.h"

namespace antiphon {

// What is wrong, as the end of "account X: ..."; empty: nothing. Does not look at times, nor at
// other accounts.
std::string account_claims_problem(const AccountClaims& claims);

// What is wrong with its mappings; empty: nothing. The account is of use without those that are wrong, but
// who brings a new JWT is told before it takes the place of one whose mappings are good.
std::string mappings_problem(const AccountClaims& claims);

// What is wrong with the activation that an import carries; empty: it is for this import, or there
// is none. `importer`: the importing account's nkey.
std::string activation_problem(const ImportClaims& import, const std::string& importer,
                               ActivationClaims& activation);

}  // namespace antiphon
