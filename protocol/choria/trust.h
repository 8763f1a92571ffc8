// Which callers a node believes: the certificate authority and the rules for names.
//
// MODEL: a caller's certificate must chain to the authority and be good for TLS clients. The name
// it claims must then be on the certificate and match one of the allowed patterns. A certificate
// with a name that matches a privileged pattern may claim any name: remote signers work that way.
// LIMITS: kChainDepthMax, kCallerPatternsMax. Revocation lists are not consulted, as in the
// reference.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/choria/certificate.h"
#include "protocol/choria/pattern.h"

namespace antiphon::choria {

// Regular expressions; slashes around one are taken off. The defaults are the reference's.
struct CallerRules {
  std::vector<std::string> allowed = {"\\.mcollective$", "\\.choria$"};
  std::vector<std::string> privileged = {"\\.privileged.mcollective$", "\\.privileged.choria$"};
};

class CallerTrust {
 public:
  // ca_pem may hold several authorities. One that cannot be read is an error, and so is a pattern that
  // does not compile.
  static absl::StatusOr<CallerTrust> create(std::string_view ca_pem, const CallerRules& rules);

  bool chain_is_good(const Certificate& certificate, int64_t now_unix_s) const;
  bool is_privileged(const Certificate& certificate) const;
  bool is_allowed(std::string_view certname) const;

 private:
  CallerTrust() = default;

  OpensslOwner<X509_STORE> authorities_;
  std::vector<Pattern> allowed_;
  std::vector<Pattern> privileged_;
};

}  // namespace antiphon::choria
