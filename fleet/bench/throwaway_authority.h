// A certificate authority for one benchmark, with a certificate for the server and one for clients.
//
// WHY RSA-2048: it is what Choria's certificates are, and what makes handshakes dear.
// SECRETS: the keys lie in the directory given, which should be readable by its user only.
#pragma once

#include <absl/status/status.h>

#include <string>

namespace antiphon::fleet::bench {

struct TlsFiles {
  std::string ca;
  std::string server_cert;
  std::string server_key;
  std::string client_cert;
  std::string client_key;
};

// Writes five PEM files into `directory`. The server's certificate is for 127.0.0.1 and localhost;
// all are valid for a day.
absl::Status make_throwaway_authority(const std::string& directory, TlsFiles& files);

}  // namespace antiphon::fleet::bench
