// Fuzzes distinguished names: what one is, and that it equals what it is made of again.
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/bytes/check.h"
#include "protocol/nats/distinguished_name.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace antiphon;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const size_t half = text.size() / 2;
  const auto name = DistinguishedName::parse(text);
  if (name) {
    AP_CHECK(!name->empty());
    AP_CHECK(*name == *name);
    AP_CHECK(name->has_parts_of(*name));
    // Another part makes another name, whatever it is.
    const auto longer = DistinguishedName::parse(std::string(text) + ",CN=x");
    AP_CHECK(!longer || (*longer != *name && !longer->has_parts_of(*name)));
  }
  const auto front = DistinguishedName::parse(text.substr(0, half));
  const auto back = DistinguishedName::parse(text.substr(half));
  if (front && back) {
    AP_CHECK(front->has_parts_of(*back) == back->has_parts_of(*front));
    AP_CHECK(*front != *back || front->has_parts_of(*back));
  }
  return 0;
}
