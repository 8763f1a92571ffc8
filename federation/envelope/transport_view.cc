#include "federation/envelope/transport_view.h"

#include <string>

#include "federation/envelope/subject_rules.h"
#include "protocol/choria/fields.h"

namespace antiphon::federation {
namespace {

using choria::Fault;
using choria::JsonCursor;

constexpr std::array<std::string_view, 3> kFields = {"protocol", "data", "headers"};
constexpr uint32_t kRequired = 0b011;  // version 2 may leave the headers out
constexpr size_t kVersions = std::size(choria::kTransportNames);
constexpr size_t kQuotes = 2;

// A text that is passed on as it is written.
bool read_quoted(JsonCursor& json, size_t bytes_max, std::string_view& out) {
  if (json.peek() != '"') return json.fail(Fault::kWrongType);
  if (!json.read_raw(out)) return false;
  if (out.size() > bytes_max + kQuotes) return json.fail(Fault::kTooLong);
  if (out.size() == kQuotes) out = {};
  return true;
}

// A subject goes into a line of NATS's protocol, so nothing that needs an escape may stand in it.
bool read_subject(JsonCursor& json, std::string_view& out) {
  if (!read_quoted(json, kPublishedSubjectBytesMax, out)) return false;
  if (out.empty()) return true;
  out = out.substr(1, out.size() - kQuotes);
  return out.find('\\') == std::string_view::npos || json.fail(Fault::kBadValue);
}

class Scan {
 public:
  Scan(const TransportLimits& limits, TransportView& out) : limits_(limits), out_(out) {}

  Refusal run(std::string_view message) {
    const choria::Problem problem =
        choria::parse_fields(message, kFields, kRequired, [this](JsonCursor& json, size_t field) {
          return read_field(json, field);
        });
    if (problem) return refusal_ != Refusal::kNone ? refusal_ : refusal_of(problem.fault);
    return later_.empty() ? bound() : read_later();
  }

 private:
  // Of a message that is whole.
  Refusal bound() const {
    return too_many_targets_ ? Refusal::kTooManyTargets : Refusal::kNone;
  }

  bool refuse(JsonCursor& json, Refusal refusal) {
    if (refusal_ == Refusal::kNone) refusal_ = refusal;
    return json.fail(Fault::kBadValue);
  }

  bool read_field(JsonCursor& json, size_t field) {
    switch (field) {
      case 0:
        return read_version(json);
      case 1:
        return json.read_base64(out_.data);
      default:
        if (json.take_null()) return true;
        // Names depend on the version, which everybody writes first; JSON does not say so.
        return version_known_ ? read_headers(json) : json.read_raw(later_);
    }
  }

  bool read_version(JsonCursor& json) {
    std::string_view text;
    if (!read_quoted(json, choria::kNameBytesMax, text)) return false;
    for (size_t i = 0; i < kVersions && !text.empty(); ++i) {
      if (text.substr(1, text.size() - kQuotes) != choria::kTransportNames[i].protocol) continue;
      out_.version = static_cast<TransportVersion>(i);
      return version_known_ = true;
    }
    return json.fail(Fault::kWrongProtocol);
  }

  Refusal read_later() {
    JsonCursor json(later_);
    if (read_headers(json) && json.finish()) return bound();
    return refusal_ != Refusal::kNone ? refusal_ : refusal_of(json.problem().fault);
  }

  bool read_headers(JsonCursor& json) {
    const choria::TransportNames& names = names_of(out_.version);
    return choria::read_fields(json, names.headers, 0, [&](size_t field) {
      if (json.take_null()) return true;
      switch (field) {
        case 0:
          return read_subject(json, out_.reply_to);
        case 1:
          return read_quoted(json, choria::kNameBytesMax, out_.sender);
        case 2:
          return read_hops(json);
        default:
          return read_federation(json);
      }
    });
  }

  bool read_hops(JsonCursor& json) {
    if (!json.begin_array()) return false;
    while (json.next_element()) {
      if (out_.hops.size() == limits_.hops_max) return refuse(json, Refusal::kTooManyHops);
      if (!read_hop(json, out_.hops.emplace_back())) return false;
    }
    return json.ok();
  }

  static bool read_hop(JsonCursor& json, HopView& hop) {
    if (!json.begin_array()) return false;
    for (std::string_view* text : {&hop.in, &hop.processor, &hop.out}) {
      if (!json.next_element()) return json.fail(Fault::kBadValue);
      if (!read_quoted(json, choria::kHopTextBytesMax, *text)) return false;
    }
    if (json.next_element()) return json.fail(Fault::kBadValue);  // a hop has three texts
    return json.ok();
  }

  bool read_federation(JsonCursor& json) {
    out_.federated = true;
    const choria::TransportNames& names = names_of(out_.version);
    return choria::read_fields(json, names.federation, 0, [&](size_t field) {
      if (json.take_null()) return true;
      switch (field) {
        case 0:
          return read_quoted(json, choria::kNameBytesMax, out_.request_id);
        case 1:
          return read_subject(json, out_.federation_reply_to);
        default:
          return read_targets(json);
      }
    });
  }

  bool read_targets(JsonCursor& json) {
    if (!json.begin_array()) return false;
    while (json.next_element()) {
      std::string_view target;
      if (!read_subject(json, target)) return false;
      if (out_.targets.size() < limits_.targets_max) {
        out_.targets.push_back(target);
      } else {
        too_many_targets_ = true;  // read on: its asker is told
      }
    }
    return json.ok();
  }

  const TransportLimits& limits_;
  TransportView& out_;
  bool version_known_ = false;
  bool too_many_targets_ = false;
  std::string_view later_;  // headers that stood before the version
  Refusal refusal_ = Refusal::kNone;
};

}  // namespace

void TransportView::clear() {
  data = sender = reply_to = request_id = federation_reply_to = {};
  federated = false;
  hops.clear();
  targets.clear();
}

Refusal scan_transport(std::string_view message, const TransportLimits& limits,
                       TransportView& out) {
  out.clear();
  if (message.size() > limits.message_bytes_max) return Refusal::kOversize;
  return Scan(limits, out).run(message);
}

}  // namespace antiphon::federation
