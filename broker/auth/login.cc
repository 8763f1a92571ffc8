#include "broker/auth/login.h"

#include <algorithm>

#include "broker/auth/callout_exchange.h"

namespace antiphon {

Verdict::Verdict() = default;
Verdict::Verdict(Verdict&&) noexcept = default;
Verdict& Verdict::operator=(Verdict&&) noexcept = default;
Verdict::~Verdict() = default;

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
