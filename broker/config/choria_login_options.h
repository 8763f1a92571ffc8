// What follows from the settings about logins in Choria's dialect, once all are read: whether
// clients are asked for certificates, the accounts, and what does not fit together.
//
// MODEL: a certificate is asked for where there is an authority to check it, and required where
// nothing else can let anybody in. Source: go-choria 0.29.4.
#pragma once

#include <optional>

#include "broker/config/option_writer.h"

namespace antiphon {

struct ChoriaLoginPlaces {
  Place provider;
  std::optional<Place> trusted_signers;  // where it was set
  bool has_request_signer = false;       // something that counter-signs requests was set
};

void finish_choria_login(const ChoriaLoginPlaces& places, OptionWriter& writer);

// Whether a client may log in without a certificate.
bool admits_without_certificate(const ChoriaOptions& options);

}  // namespace antiphon
