// Fuzzes the reader of CONNECT objects: reading the same text twice must give the same answer.
#include <cstdint>
#include <string_view>

#include "protocol/bytes/check.h"
#include "protocol/nats/connect_options.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace antiphon;
  const std::string_view json{reinterpret_cast<const char*>(data), size};
  ConnectOptions first;
  ConnectOptions second;
  const bool accepted = parse_connect_options(json, first);
  AP_CHECK(parse_connect_options(json, second) == accepted);
  AP_CHECK(first.verbose == second.verbose && first.protocol == second.protocol);
  AP_CHECK(first.user == second.user && first.pass == second.pass && first.name == second.name);
  // A byte that is not UTF-8 becomes the three of U+FFFD.
  AP_CHECK(first.name.size() <= 3 * size && first.user.size() <= 3 * size);
  return 0;
}
