// A relay between two brokers that the test plays.
#pragma once

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "federation/relay/relay.h"
#include "tests/unit/fleet/scripted_server.h"

namespace antiphon::federation {

inline constexpr std::string_view kFederationSubject = "choria.federation.dc1.federation";
inline constexpr std::string_view kCollectiveSubject = "choria.federation.dc1.collective";

// A relay between two brokers that the test plays, all in the test's thread.
struct Stage {
  explicit Stage(std::function<void(RelaySettings&)> change = [](RelaySettings&) {},
                 std::unique_ptr<Border> border = nullptr)
      : relay(settings(change), log, 1, std::move(border)) {}

  RelaySettings settings(const std::function<void(RelaySettings&)>& change) {
    RelaySettings made;
    made.identity = "fedbroker1";
    made.cluster = "dc1";
    for (const auto& [side, server] : {std::pair(Side::kFederation, &federation),
                                       std::pair(Side::kCollective, &collective)}) {
      auto servers = fleet::resolve_servers({server->url()});
      EXPECT_TRUE(servers.ok()) << servers.status();
      made.side(side).servers = *servers;
    }
    change(made);
    return made;
  }

  static void answer_pings(fleet::ScriptedServer& server) {
    for (size_t i = 0; i < server.peers(); ++i) {
      fleet::ScriptedServer::Peer& peer = server.peer(i);
      for (size_t at; (at = peer.received.find("PING\r\n")) != std::string::npos;) {
        peer.received.erase(at, 6);
        peer.send("PONG\r\n");
      }
    }
  }
  void step() {
    federation.pump();
    collective.pump();
    answer_pings(federation);
    answer_pings(collective);
    relay.turn(1);
  }
  template <typename Condition>
  [[nodiscard]] bool until(Condition condition) {
    return fleet::pump_until(condition, [this] { step(); });
  }
  [[nodiscard]] bool connect() {
    return until([&] {
      return federation.peers() > 0 && collective.peers() > 0 &&
             federation.last().has(" dc1_federation 1\r\n") && collective.last().has("SUB choria");
    });
  }
  static void deliver(fleet::ScriptedServer& server, std::string_view subject,
                      std::string_view payload, int sid = 1) {
    server.last().send(absl::StrCat("MSG ", std::string(subject), " ", sid, " ", payload.size(),
                                    "\r\n"));
    server.last().send(payload);
    server.last().send("\r\n");
  }
  // The broker of the collective has no subscriber for the subject that was asked with `line`.
  void nobody_listens(std::string_view line) {
    const std::string& said = collective.last().received;
    const size_t at = said.rfind(line);
    ASSERT_NE(at, std::string::npos) << line;
    const size_t begin = at + line.size();
    const std::string reply = said.substr(begin, said.find(' ', begin) - begin);
    const std::string_view status = "NATS/1.0 503\r\n\r\n";
    collective.last().send(absl::StrCat("HMSG ", reply, " 2 ", status.size(), " ", status.size(),
                                        "\r\n", std::string(status), "\r\n"));
  }
  void request(std::string_view payload) { deliver(federation, kFederationSubject, payload); }
  // A request as each federation broker of the cluster hears it, whoever takes it.
  void copy(std::string_view payload) { deliver(federation, kFederationSubject, payload, 2); }
  // Another one takes a request of this asker.
  void another_takes(std::string_view id, std::string_view asker) {
    copy(asked_by(id, asker));
  }
  static std::string asked_by(std::string_view id, std::string_view asker) {
    return absl::StrCat(R"({"protocol":"choria:transport:1","data":"e30=","headers":{"reply-to":")",
                        std::string(asker), R"(","federation":{"req":")", std::string(id),
                        R"(","target":["c.node.x"]}}})");
  }
  void reply(std::string_view payload) { deliver(collective, kCollectiveSubject, payload); }
  const DirectionCounts requests() const { return relay.report().directions[0]; }
  const DirectionCounts replies() const { return relay.report().directions[1]; }
  uint64_t refused(Direction direction, Refusal refusal) const {
    return relay.report().directions[static_cast<size_t>(direction)]
        .refused[static_cast<size_t>(refusal)];
  }

  Log log;
  fleet::ScriptedServer federation;
  fleet::ScriptedServer collective;
  Relay relay;
};

inline std::string published(std::string_view subject, std::string_view payload) {
  return absl::StrCat("PUB ", std::string(subject), " ", payload.size(), "\r\n", std::string(payload),
                      "\r\n");
}

}  // namespace antiphon::federation
