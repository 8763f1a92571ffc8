#include "broker/auth/login.h"

#include <algorithm>

namespace antiphon {

Verdict refused(std::string reason) {
  Verdict verdict;
  verdict.reason = std::move(reason);
  return verdict;
}

bool has_credentials(const ConnectOptions& options) {
  const std::string* const fields[] = {&options.user, &options.pass, &options.auth_token,
                                       &options.nkey, &options.jwt,  &options.sig};
  return std::any_of(std::begin(fields), std::end(fields),
                     [](const std::string* field) { return !field->empty(); });
}

}  // namespace antiphon
