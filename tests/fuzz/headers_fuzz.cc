// Fuzzes the reader of header blocks: what it hands out lies inside the block, in order.
#include <cstdint>
#include <string_view>

#include "protocol/bytes/check.h"
#include "protocol/nats/headers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace antiphon;
  const std::string_view block{reinterpret_cast<const char*>(data), size};
  HeaderWalk walk(block);
  AP_CHECK(walk.status_code() < 1000);
  HeaderLine line;
  const char* last = block.data();
  size_t lines = 0;
  while (walk.next(line)) {
    AP_CHECK(!line.key.empty() && line.key.data() > last);
    AP_CHECK(line.value.data() + line.value.size() <= block.data() + block.size());
    AP_CHECK(line.key.find_first_of(":\n") == line.key.npos);
    AP_CHECK(line.value.find('\n') == line.value.npos);
    last = line.key.data();
    ++lines;
    if (lines == 1) AP_CHECK(find_header(block, line.key) == line.value);
  }
  AP_CHECK(lines <= kHeaderLinesMax);
  AP_CHECK(!walk.next(line));
  return 0;
}
