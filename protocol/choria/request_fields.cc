#include "protocol/choria/request_fields.h"

#include "protocol/choria/json_text.h"

namespace antiphon::choria {

bool read_between(JsonCursor& json, int64_t& out, int64_t min, int64_t max) {
  if (!json.read_integer(out)) return false;
  return (out >= min && out <= max) || json.fail(Fault::kBadValue);
}

void append_request_rest(std::string_view collective, std::string_view agent, int64_t ttl_s,
                         int64_t time, const Filter& filter, std::string& out) {
  append_member(R"(,"collective":)", collective, out);
  append_member(R"(,"agent":)", agent, out);
  out.append(R"(,"ttl":)");
  append_integer(ttl_s, out);
  out.append(R"(,"time":)");
  append_integer(time, out);
  out.append(R"(,"filter":)");
  append_filter(filter, out);
}

}  // namespace antiphon::choria
