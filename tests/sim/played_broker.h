// A broker of one side of a federation, played by the simulation: it knows what federation brokers
// send (CONNECT, PING, SUB, UNSUB, PUB), hands messages to one of a queue group, and writes down
// what is published.
#pragma once

#include <charconv>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "broker/runtime/random.h"
#include "tests/sim/violation.h"
#include "tests/unit/fleet/scripted_server.h"

namespace antiphon::sim {

class PlayedBroker {
 public:
  struct Published {
    size_t relay;
    std::string subject;
    std::string payload;
  };

  std::string url() const { return server_.url(); }

  std::set<std::string> absent;  // subjects without a subscriber
  std::set<std::pair<size_t, std::string>> told_absent;  // a relay, and of what it was told so

  void pump() {
    server_.pump();
    for (size_t i = 0; i < server_.peers(); ++i) take_lines(server_.peer(i), clients_[i]);
  }

  // To one of those that have subscribed; false when nobody has.
  bool deliver(std::string_view subject, std::string_view payload, Random& random) {
    std::vector<size_t> members;
    for (size_t i = 0; i < server_.peers(); ++i) {
      if (clients_[i].subject == subject && !server_.peer(i).ended) members.push_back(i);
    }
    if (members.empty()) return false;
    fleet::ScriptedServer::Peer& peer = server_.peer(members[random.below(members.size())]);
    peer.send(absl::StrCat("MSG ", std::string(subject), " 1 ", payload.size(), "\r\n",
                           std::string(payload), "\r\n"));
    return true;
  }

  // To each that has subscribed to `pattern` as it stands; returns to how many.
  size_t deliver_to_all(const std::string& pattern, std::string_view subject, std::string_view payload) {
    size_t count = 0;
    for (size_t i = 0; i < server_.peers(); ++i) {
      const auto found = clients_[i].sids.find(pattern);
      if (found == clients_[i].sids.end() || server_.peer(i).ended) continue;
      server_.peer(i).send(absl::StrCat("MSG ", std::string(subject), " ", found->second, " ",
                                        payload.size(), "\r\n", std::string(payload), "\r\n"));
      ++count;
    }
    return count;
  }

  void set_stalled(bool stalled) {
    for (size_t i = 0; i < server_.peers(); ++i) server_.peer(i).reads = !stalled;
  }
  // Ends one of the connections that are there.
  bool drop(Random& random) {
    std::vector<size_t> open;
    for (size_t i = 0; i < server_.peers(); ++i) {
      if (server_.peer(i).transport.is_open()) open.push_back(i);
    }
    if (open.empty()) return false;
    fleet::ScriptedServer::Peer& peer = server_.peer(open[random.below(open.size())]);
    peer.transport.close();
    peer.ended = true;
    return true;
  }
  size_t subscribed() const {
    size_t count = 0;
    for (const auto& [index, client] : clients_) count += !client.subject.empty();
    return count;
  }
  bool is_quiet() {
    for (size_t i = 0; i < server_.peers(); ++i) {
      if (server_.peer(i).transport.is_open() && !server_.peer(i).to_send.empty()) return false;
    }
    return true;
  }

  std::vector<Published> take_published() {
    std::vector<Published> taken;
    taken.swap(published_);
    return taken;
  }

 private:
  struct Client {
    size_t relay = SIZE_MAX;
    std::string subject;  // of the messages that it has subscribed to
    std::map<std::string, std::string> sids;  // of all subscriptions, by their subject
  };

  void take_lines(fleet::ScriptedServer::Peer& peer, Client& client) {
    if (peer.ended) {
      client.subject.clear();
      client.sids.clear();
    }
    std::string_view rest = peer.received;
    while (take_line(rest, peer, client)) {
    }
    peer.received.erase(0, peer.received.size() - rest.size());
  }

  bool take_line(std::string_view& rest, fleet::ScriptedServer::Peer& peer, Client& client) {
    const size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) return false;
    const std::string_view line = rest.substr(0, end);
    const std::string_view verb = line.substr(0, line.find(' '));
    if (verb == "PUB") return take_publish(rest, line, end, peer, client);
    if (verb == "PING") peer.send("PONG\r\n");
    // The relay's other subscriptions are not for messages of queue groups.
    if (verb == "UNSUB" && line.ends_with(" 1")) client.subject.clear();
    if (verb == "UNSUB") {
      std::erase_if(client.sids, [&](const auto& one) { return one.second == line.substr(6); });
    }
    if (verb == "SUB") {
      const std::string subject(line.substr(4, line.find(' ', 4) - 4));
      client.sids[subject] = line.substr(line.rfind(' ') + 1);
      if (line.ends_with(" 1")) client.subject = subject;
    }
    if (verb == "CONNECT") {
      const size_t name = line.rfind(" fed");  // behind the names of the cluster and the side
      require(name != std::string_view::npos, "a CONNECT without the relay's identity");
      client.relay = static_cast<size_t>(line[name + 4] - '0');
    }
    rest.remove_prefix(end + 2);
    return true;
  }

  bool take_publish(std::string_view& rest, std::string_view line, size_t end,
                    fleet::ScriptedServer::Peer& peer, const Client& client) {
    const size_t space = line.rfind(' ');
    size_t bytes = 0;
    std::from_chars(line.data() + space + 1, line.data() + line.size(), bytes);
    if (rest.size() < end + 2 + bytes + 2) return false;
    const std::string_view subjects = line.substr(4, space - 4);
    const std::string subject(subjects.substr(0, subjects.find(' ')));
    published_.push_back({client.relay, subject, std::string(rest.substr(end + 2, bytes))});
    if (subjects.size() > subject.size() && absent.count(subject) != 0) {
      const std::string reply(subjects.substr(subject.size() + 1));
      peer.send(absl::StrCat("HMSG ", reply, " 2 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"));
      told_absent.emplace(client.relay, subject);
    }
    rest.remove_prefix(end + 2 + bytes);
    require(rest.starts_with("\r\n"), "a payload without its end");
    rest.remove_prefix(2);
    return true;
  }

  fleet::ScriptedServer server_;
  std::map<size_t, Client> clients_;  // by the index of their connection
  std::vector<Published> published_;
};

}  // namespace antiphon::sim
