#include "tests/sim/federation_messages.h"

#include <absl/strings/str_cat.h>

namespace antiphon::sim {
namespace {

using choria::names_of;
using federation::Direction;

std::string member(std::string_view name, std::string_view value) {
  return absl::StrCat("\"", std::string(name), "\":\"", std::string(value), "\"");
}

std::string hops(const FederatedMessage& message) {
  std::string all;
  const auto add = [&all](size_t relay, Direction direction) {
    absl::StrAppend(&all, all.empty() ? "" : ",",
                    federation::hop_text(direction, relay_identity(relay), "nats://x:4222",
                                         "nats://y:4222"));
  };
  for (const size_t relay : message.asked_through) add(relay, Direction::kRequest);
  for (const size_t relay : message.been_through) add(relay, message.direction);
  return all;
}

std::string target_list(const std::vector<std::string>& targets) {
  std::string list;
  for (const std::string& target : targets) {
    absl::StrAppend(&list, list.empty() ? "" : ",", "\"", target, "\"");
  }
  return list;
}

}  // namespace

std::string FederatedMessage::text() const {
  const choria::TransportNames& names = names_of(version);
  const std::string trace = hops(*this);
  std::string out = absl::StrCat("{", member("protocol", names.protocol), ",\"data\":\"", id,
                                 std::string(more_bytes, 'A'), "\",\"headers\":{");
  if (direction == Direction::kRequest) {
    absl::StrAppend(&out, member(names.headers[0], asker));
  } else {
    absl::StrAppend(&out, member(names.headers[1], "n1"));
  }
  if (!trace.empty()) {
    absl::StrAppend(&out, ",\"", std::string(names.headers[2]), "\":[", trace, "]");
  }
  absl::StrAppend(&out, ",\"federation\":{", member(names.federation[0], request_id), ",");
  if (direction == Direction::kRequest) {
    absl::StrAppend(&out, "\"", std::string(names.federation[2]), "\":[", target_list(targets),
                    "]");
  } else {
    absl::StrAppend(&out, member(names.federation[1], asker));
  }
  return out + "}}}";
}

std::string id_text(uint64_t number) {
  std::string id = std::to_string(number);
  return std::string(kIdBytes - id.size(), '0') + id;
}

std::string id_of(std::string_view message) {
  constexpr std::string_view kData = "\"data\":\"";
  const size_t at = message.find(kData);
  return at == std::string_view::npos ? ""
                                      : std::string(message.substr(at + kData.size(), kIdBytes));
}

std::string federation_header_of(const FederatedMessage& message) {
  const choria::TransportNames& names = names_of(message.version);
  return absl::StrCat("\"federation\":{", member(names.federation[0], message.request_id), ",",
                      member(names.federation[1], message.asker), "}");
}

std::string reply_header_of(const FederatedMessage& message) {
  return member(names_of(message.version).headers[0], kRepliesSubject);
}

std::string own_hop_begin(size_t relay, Direction direction) {
  const std::string hop = federation::hop_text(direction, relay_identity(relay), "", "");
  constexpr size_t kFirstBytes = 4;  // the server it came from: ["",
  return hop.substr(kFirstBytes, hop.find(", choria_nats_egest") - kFirstBytes);
}

size_t count_of(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

bool is_own_reply(size_t relay, std::string_view message) {
  for (const choria::TransportNames& names : choria::kTransportNames) {
    const std::string sender = member(names.headers[1], relay_identity(relay));
    if (message.find(sender) != std::string_view::npos) return true;
  }
  return false;
}

std::string relay_identity(size_t relay) {
  return absl::StrCat("fed", relay);
}

std::string node_name(uint64_t number) {
  return absl::StrCat("n", number);
}

std::string node_target(uint64_t number) {
  return absl::StrCat("c.node.n", number);
}

std::string sign_pattern(federation::LifeSign sign) {
  switch (sign) {
    case federation::LifeSign::kStartup: return "choria.lifecycle.event.startup.*";
    case federation::LifeSign::kAlive: return "choria.lifecycle.event.alive.server";
    case federation::LifeSign::kRegistration: return "c.broadcast.agent.registration";
    case federation::LifeSign::kShutdown: return "choria.lifecycle.event.shutdown.server";
  }
  return "";
}

std::string sign_subject(federation::LifeSign sign) {
  return sign == federation::LifeSign::kStartup ? "choria.lifecycle.event.startup.server"
                                                : sign_pattern(sign);
}

std::string sign_message(federation::LifeSign sign, const std::string& node) {
  if (sign == federation::LifeSign::kRegistration) {
    return absl::StrCat(
        R"({"protocol":"choria:transport:1","data":"e30=","headers":{"reply-to":"dev.null",)",
        R"("mc_sender":")", node, "\"}}");
  }
  return absl::StrCat(R"({"specversion":"1.0","data":{"identity":")", node,
                      R"(","component":"server"}})");
}

}  // namespace antiphon::sim
