#include "broker/system/identity_fields.h"

#include "broker/monitor/json_writer.h"
#include "broker/monitor/varz.h"

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

}  // namespace antiphon
