// What the JWT of an account exports, imports and maps, as it is written there.
//
// FORMAT: `exports`, `imports` and `mappings` of nats-io/jwt, version 2. SEE: broker/config/
// operator_sharing.h makes settings of it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "protocol/nats/account_settings.h"

namespace antiphon {

// Keys, or "*" for all, -> what was issued until then (seconds since 1970) counts no more.
using RevocationClaims = std::map<std::string, int64_t>;
bool is_revoked(const RevocationClaims& revocations, const std::string& nkey, int64_t issued_s);

struct ExportClaims {
  ShareKind kind = ShareKind::kStream;
  std::string subject;
  bool needs_activation = false;
  RevocationClaims revocations;  // of activations, by the importing account
  int64_t account_token = 0;     // see ExportSettings
  ResponseType response = ResponseType::kSingleton;
  bool response_is_known = true;  // of `response`; else the account is of no use
  int64_t threshold_ns = 0;  // 0: the default
  bool measures_latency = false;
  bool operator==(const ExportClaims&) const = default;
};

struct ImportClaims {
  ShareKind kind = ShareKind::kStream;
  std::string subject;        // there; of a service with `to` here
  std::string account;        // nkey
  std::string activation;     // JWT, or empty
  std::string to;             // old: of a stream the prefix here, of a service the subject there
  std::string local_subject;  // here; may have `$1`
  bool share = false;
  bool operator==(const ImportClaims&) const = default;

  // The subject in the exporting account.
  const std::string& there() const {
    return kind == ShareKind::kService && !to.empty() ? to : subject;
  }
};

}  // namespace antiphon
