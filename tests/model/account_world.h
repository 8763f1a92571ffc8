// Shards with clients in each of several accounts, whose sharing changes by reload from set to set.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/auth/account_rules.h"
#include "tests/model/account_oracle.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {

class AccountWorld {
 public:
  explicit AccountWorld(uint16_t shards) : settings_(settings_of(shards)), world_(settings_) {
    for (size_t i = 0; i < kAccountsMax * kClientsOfEach; ++i) {
      const std::string user = std::to_string(i / kClientsOfEach);
      clients_.emplace_back(world_, static_cast<uint16_t>(i % shards));
      clients_[i].send(
          R"(CONNECT {"verbose":false,"no_responders":true,"headers":true,"pass":"p","user":"u)" +
          user + "\"}\r\n");
      clients_[i].take();
    }
  }

  // As a reload does.
  void adopt(const std::vector<AccountSettings>& sharing) {
    SessionSettings next = settings_.session;
    next.account_rules = make_account_rules(sharing, next.accounts);
    const auto shared = std::make_shared<const SessionSettings>(std::move(next));
    for (uint16_t i = 0; i < world_.shard_count(); ++i) {
      world_.shard(i).post([this, i, shared] { world_.shard(i).adopt(shared); });
    }
    settle();
  }
  // What is left to chance becomes the seed's.
  void seed(uint64_t seed) {
    for (uint16_t i = 0; i < world_.shard_count(); ++i) world_.shard(i).random = Random(seed + i);
  }

  void send_later(size_t client, std::string_view bytes) { clients_[client].send_later(bytes); }
  void send(size_t client, std::string_view bytes) {
    clients_[client].send_later(bytes);
    settle();
  }
  void settle() { EXPECT_TRUE(world_.settle()); }

  // All that the clients got since the last time; `problem` gets what is no message.
  std::vector<Copy> take(std::string& problem) {
    std::vector<Copy> taken;
    for (size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i].pipe().to_client.empty()) continue;
      read_messages(i, clients_[i].take(), taken, problem);
    }
    return taken;
  }

 private:
  static sim::WorldSettings settings_of(uint16_t shards) {
    sim::WorldSettings settings;
    settings.shard_count = shards;
    settings.session.accounts = {"$G"};
    AuthSettings auth;
    for (size_t i = 0; i < kAccountsMax; ++i) {
      settings.session.accounts.push_back(kAccountNames[i]);
      UserSettings user{"u" + std::to_string(i), "p"};
      user.account = AccountId{static_cast<uint32_t>(i + 1)};
      user.account_name = kAccountNames[i];
      auth.users.push_back(user);
    }
    settings.session.authenticator = make_authenticator(auth);
    return settings;
  }

  // "MSG subject sid [reply] bytes", "HMSG subject sid [reply] header_bytes bytes".
  static void read_messages(size_t client, std::string_view text, std::vector<Copy>& out,
                            std::string& problem) {
    while (!text.empty()) {
      const size_t line_bytes = text.find("\r\n");
      std::vector<std::string> words;
      for (std::string_view line = text.substr(0, line_bytes); !line.empty();) {
        const size_t blank = std::min(line.find(' '), line.size());
        words.emplace_back(line.substr(0, blank));
        line.remove_prefix(std::min(blank + 1, line.size()));
      }
      const bool has_headers = !words.empty() && words[0] == "HMSG";
      const size_t numbers = has_headers ? 2 : 1;
      if (line_bytes == text.npos || (!has_headers && (words.empty() || words[0] != "MSG")) ||
          words.size() < 3 + numbers || words.size() > 4 + numbers) {
        problem = std::to_string(client) + " got " + std::string(text);
        return;
      }
      const size_t bytes = std::strtoull(words.back().c_str(), nullptr, 10);
      const size_t header_bytes =
          has_headers ? std::strtoull(words[words.size() - 2].c_str(), nullptr, 10) : 0;
      const std::string_view payload = text.substr(line_bytes + 2, bytes);
      out.push_back({client, words[2], words[1], words.size() == 4 + numbers ? words[3] : "",
                     std::string(payload.substr(0, header_bytes)),
                     std::string(payload.substr(header_bytes)), ""});
      text.remove_prefix(std::min(line_bytes + 2 + bytes + 2, text.size()));
    }
  }

  sim::WorldSettings settings_;
  sim::World world_;
  std::vector<SceneClient> clients_;
};

}  // namespace antiphon
