// The INFO object a server sends to its clients.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace antiphon {

// Fields and their order are those of nats-server 2.15 (docs/protocol.md). Empty text, false and 0
// are left out where the reference leaves them out.
struct ServerInfo {
  std::string server_id;
  std::string server_name;
  std::string version;
  int protocol = 1;
  std::string host;
  uint16_t port = 0;
  bool headers = true;
  bool auth_required = false;
  bool tls_required = false;
  bool tls_verify = false;
  bool tls_available = false;
  uint64_t max_payload = 0;
  std::string client_ip;
  uint64_t client_id = 0;
  std::string nonce;
  std::vector<std::string> connect_urls;
  bool lame_duck = false;
  // Only in the INFO that follows a client's first PONG.
  bool connect_info = false;
  std::string remote_account;
  bool account_is_system = false;
  bool multi_publish = false;  // takes MPUB (multi_publish.h); no other server has this field
  std::string xkey;  // of this server, for services that seal what they answer
};

// Appends "INFO {json} CRLF". The reference writes a blank before CRLF; clients do not care, but
// transcripts compare equal.
void append_info(std::string& out, const ServerInfo& info);

}  // namespace antiphon
