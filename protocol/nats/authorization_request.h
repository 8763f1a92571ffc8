// The JWT by which a server asks a service who a client is (auth callout).
//
// FORMAT: `authorization_request` of nats-io/jwt version 2; fields that are empty are left out, as
// Go's encoding leaves them out. SECRETS: it carries what the client wrote in CONNECT; it is for the
// service alone, and never logged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/bytes/ed25519.h"
#include "protocol/nats/connect_options.h"

namespace antiphon {

inline constexpr std::string_view kCalloutSubject = "$SYS.REQ.USER.AUTH";
inline constexpr std::string_view kCalloutAudience = "nats-authorization-request";
inline constexpr std::string_view kCalloutXkeyHeader = "Nats-Server-Xkey";

struct AuthorizationRequest {
  std::string subject;  // the key of the account that decides
  std::string user_key;  // made for this request; the answer must be about it
  int64_t issued_s = 0;
  int64_t expires_s = 0;

  struct Server {
    std::string name;
    std::string host;
    std::string id;  // its nkey
    std::string version;
    std::vector<std::string> tags;
    std::string xkey;  // empty: the request is in clear
  };
  Server server;

  struct Client {
    std::string host;
    uint64_t id = 0;
    std::string user;
    std::vector<std::string> tags;  // of the JWT it showed
    std::string name_tag;
    std::string nonce;  // that it has signed
  };
  Client client;
  ConnectOptions connect;

  struct Tls {
    std::string version;  // "1.3"
    std::string cipher;
    // PEM: the client's certificate, and whose vouch for it, up to an authority. Empty: it showed none.
    std::vector<std::string> verified_chain;
  };
  bool is_tls = false;
  Tls tls;
};

// Signed by the server's key, whose nkey is `server.id`.
std::string encode_authorization_request(const AuthorizationRequest& request,
                                         const Ed25519Seed& signer);

}  // namespace antiphon
