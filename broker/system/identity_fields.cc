#include "broker/system/identity_fields.h"

#include "broker/monitor/json_writer.h"
#include "broker/monitor/varz.h"
#include "broker/runtime/clock.h"
#include "broker/session/server_object.h"

namespace antiphon {

std::string identity_fields_json(const IdentityOptions& identity) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  write_identity_fields(json, identity);
  json.end_object();
  out.front() = ',';
  out.pop_back();
  return out;
}

IdentityText::IdentityText(const ServerView& view)
    : fields_(identity_fields_json(view.options()->identity)) {
  const ServerFacts facts = view.facts();
  info_.server_name = facts.server_name;
  info_.host = facts.host;
  info_.server_id = facts.server_id;
  info_.version = facts.version;
}

std::string IdentityText::json(uint64_t sequence) const {
  return server_object_json(info_, fields_, sequence, wall_now_ns());
}

std::string identity_json(const ServerView& view, uint64_t sequence) {
  return IdentityText(view).json(sequence);
}

}  // namespace antiphon
