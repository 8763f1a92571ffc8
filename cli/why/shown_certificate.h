// A client's certificate in PEM, judged as the broker's TLS would.
#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace antiphon::why {

struct ShownCertificate {
  std::string name;     // its common name
  std::string problem;  // why the authorities do not vouch for it; empty: they do
};

bool is_certificate(std::string_view text);

// pem: the certificate, then those between it and the authority's. ca_pem: the authorities; empty:
// none. An error if either is no certificate.
absl::StatusOr<ShownCertificate> judge_certificate(std::string_view pem, std::string_view ca_pem);

}  // namespace antiphon::why
