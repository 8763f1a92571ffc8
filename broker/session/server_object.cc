#include "broker/session/server_object.h"

#include <absl/strings/str_cat.h>

#include "broker/session/request_info.h"
#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

std::string quoted(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

}  // namespace

std::string server_object_json(const ServerInfo& server, std::string_view fields,
                               uint64_t sequence, int64_t wall_ns) {
  return absl::StrCat("{\"name\":", quoted(server.server_name), ",\"host\":", quoted(server.host),
                      ",\"id\":", quoted(server.server_id), ",\"ver\":", quoted(server.version),
                      to_absl(fields), ",\"jetstream\":false,\"flags\":0,\"seq\":", sequence, ",\"time\":",
                      quoted(rfc3339(wall_ns)), "}");
}

}  // namespace antiphon
