#include "protocol/choria/transport.h"

#include <array>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/json_text.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 3> kTransportFields = {"protocol", "data", "headers"};
// Version 2 may have no headers.
constexpr uint32_t kTransportRequired[] = {0b111, 0b011};

bool read_data(JsonCursor& json, std::string& data) {
  std::string scratch;
  std::string_view text;
  if (!json.read_string(text, scratch)) return false;
  auto decoded = decode_base64(text);
  if (!decoded) return json.fail(Fault::kBadBase64);
  data = std::move(*decoded);
  return true;
}

bool read_hop(JsonCursor& json, Hop& hop) {
  if (!json.begin_array()) return false;
  for (std::string* text : {&hop.in, &hop.processor, &hop.out}) {
    if (!json.next_element()) return json.fail(Fault::kBadValue);
    if (!json.read_string(*text, kHopTextBytesMax)) return false;
  }
  if (json.next_element()) return json.fail(Fault::kBadValue);  // a hop has three texts
  return json.ok();
}

bool read_hops(JsonCursor& json, std::vector<Hop>& hops) {
  if (!json.begin_array()) return false;
  while (json.next_element()) {
    if (hops.size() == kHopsMax) return json.fail(Fault::kTooLong);
    if (!read_hop(json, hops.emplace_back())) return false;
  }
  return json.ok();
}

bool read_targets(JsonCursor& json, std::vector<std::string>& targets) {
  if (!json.begin_array()) return false;
  while (json.next_element()) {
    if (targets.size() == kFederationTargetsMax) return json.fail(Fault::kTooLong);
    if (!json.read_string(targets.emplace_back(), kSubjectBytesMax)) return false;
  }
  return json.ok();
}

bool read_federation(JsonCursor& json, const TransportNames& names, Federation& federation) {
  return read_fields(json, names.federation, 0, [&](size_t field) {
    if (json.take_null()) return true;
    switch (field) {
      case 0:
        return json.read_string(federation.request_id, kNameBytesMax);
      case 1:
        return json.read_string(federation.reply_to, kSubjectBytesMax);
      default:
        return read_targets(json, federation.targets);
    }
  });
}

bool read_headers(JsonCursor& json, const TransportNames& names, Transport& out) {
  return read_fields(json, names.headers, 0, [&](size_t field) {
    if (json.take_null()) return true;
    switch (field) {
      case 0:
        return json.read_string(out.reply_to, kSubjectBytesMax);
      case 1:
        return json.read_string(out.sender, kNameBytesMax);
      case 2:
        return read_hops(json, out.seen_by);
      default:
        return read_federation(json, names, out.federation.emplace());
    }
  });
}

// Writes the comma and the name of the next member of an object.
void append_name(std::string_view name, bool& first, std::string& out) {
  if (!first) out.push_back(',');
  first = false;
  append_json_string(out, name);
  out.push_back(':');
}

void append_text_member(std::string_view name, std::string_view text, bool& first,
                        std::string& out) {
  if (text.empty()) return;
  append_name(name, first, out);
  append_json_string(out, text);
}

}  // namespace

Problem parse_transport(std::string_view payload, Transport& out) {
  return parse_transport(payload, out, TransportVersion::kV1);
}

Problem parse_transport(std::string_view payload, Transport& out, TransportVersion version) {
  const TransportNames& names = names_of(version);
  out.version = version;
  out.reply_to.clear();
  out.sender.clear();
  out.seen_by.clear();
  out.federation.reset();
  return parse_fields(payload, kTransportFields, kTransportRequired[static_cast<size_t>(version)],
                      [&](JsonCursor& json, size_t field) {
                        switch (field) {
                          case 0:
                            return read_protocol(json, names.protocol);
                          case 1:
                            return read_data(json, out.data);
                          default:
                            return read_headers(json, names, out);
                        }
                      });
}

void append_hops(const std::vector<Hop>& hops, std::string& out) {
  out.push_back('[');
  for (size_t i = 0; i < hops.size(); ++i) {
    out.append(i == 0 ? "[" : ",[");
    append_json_string(out, hops[i].in);
    out.push_back(',');
    append_json_string(out, hops[i].processor);
    out.push_back(',');
    append_json_string(out, hops[i].out);
    out.push_back(']');
  }
  out.push_back(']');
}

void append_federation(const Federation& federation, std::string& out, TransportVersion version) {
  const auto& names = names_of(version).federation;
  bool first = true;
  out.push_back('{');
  append_text_member(names[0], federation.request_id, first, out);
  append_text_member(names[1], federation.reply_to, first, out);
  if (!federation.targets.empty()) {
    append_name(names[2], first, out);
    append_json_strings(federation.targets, out);
  }
  out.push_back('}');
}

void append_transport(const Transport& transport, std::string& out) {
  const TransportNames& names = names_of(transport.version);
  out.append(R"({"protocol":")").append(names.protocol).append(R"(","data":")");
  append_base64(out, transport.data);
  out.append(R"(","headers":{)");
  bool first = true;
  append_text_member(names.headers[0], transport.reply_to, first, out);
  append_text_member(names.headers[1], transport.sender, first, out);
  if (!transport.seen_by.empty()) {
    append_name(names.headers[2], first, out);
    append_hops(transport.seen_by, out);
  }
  if (transport.federation) {
    append_name(names.headers[3], first, out);
    append_federation(*transport.federation, out, transport.version);
  }
  out.append("}}");
}

}  // namespace antiphon::choria
