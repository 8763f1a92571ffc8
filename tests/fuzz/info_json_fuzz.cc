// Fuzzes the reader of INFO objects: what it understood must survive being written and read again.
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/check.h"
#include "protocol/nats/server_info_parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace antiphon;
  ServerInfo info;
  if (!parse_server_info({reinterpret_cast<const char*>(data), size}, info)) return 0;
  if (info.protocol < 0) return 0;
  std::string line;
  append_info(line, info);
  std::string_view json = line;
  json.remove_prefix(sizeof("INFO ") - 1);
  ServerInfo again;
  AP_CHECK(parse_server_info(json, again));
  AP_CHECK(again.server_name == info.server_name && again.nonce == info.nonce);
  AP_CHECK(again.host == info.host && again.port == info.port);
  AP_CHECK(again.max_payload == info.max_payload && again.client_id == info.client_id);
  AP_CHECK(again.connect_urls == info.connect_urls && again.lame_duck == info.lame_duck);
  AP_CHECK(again.tls_required == info.tls_required && again.headers == info.headers);
  return 0;
}
