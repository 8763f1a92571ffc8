// The permissions that JWTs state, with the places of a template filled in.
//
// MODEL: a rule `app.{{name()}}.>` of a signing key's scope becomes one rule for each value: of
// name(), subject(), account-name(), account-subject() one, of tag(x) and account-tag(x) as many as
// there are tags `x:value`. An allow rule without values goes away; if none is left, nothing is
// allowed. A deny rule without values makes the login fail.
// INVARIANTS: a value becomes tokens of a subject only if it cannot widen it: no wildcards, no
// blanks, no empty token. nats-server takes it as it is; here the login fails.
// LIMITS: kRulesMax rules of each list.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/nats/claims.h"
#include "protocol/nats/permission_settings.h"

namespace antiphon {

inline constexpr size_t kRulesMax = 4096;

struct TemplateFacts {
  std::string name;
  std::string subject;  // nkey
  std::vector<std::string> tags;
  std::string account_name;
  std::string account_subject;  // nkey
  std::vector<std::string> account_tags;
};

// Nothing when a place cannot be filled in.
std::optional<JwtPermissions> fill_template(const JwtPermissions& permissions,
                                            const TemplateFacts& facts);

// Nothing when a rule is malformed. Nobody may publish anything but answers where only `resp` is given.
std::optional<PermissionSettings> permission_settings(const JwtPermissions& permissions);

}  // namespace antiphon
