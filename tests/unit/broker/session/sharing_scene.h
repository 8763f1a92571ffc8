// Accounts that share: what an account exports, imports and maps, and clients in each of three.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "broker/auth/account_rules.h"
#include "protocol/nats/account_wiring.h"
#include "tests/unit/broker/session/scene.h"

namespace antiphon {

inline ExportSettings exported(ShareKind kind, std::string subject,
                               ResponseType response = ResponseType::kSingleton) {
  ExportSettings settings;
  settings.kind = kind;
  settings.subject = std::move(subject);
  settings.response = response;
  return settings;
}

inline ImportSettings imported(ShareKind kind, std::string account, std::string subject,
                               std::string to = "") {
  ImportSettings settings;
  settings.kind = kind;
  settings.account = std::move(account);
  settings.subject = std::move(subject);
  settings.to = std::move(to);
  return settings;
}

inline constexpr ShareKind kStream = ShareKind::kStream;
inline constexpr ShareKind kService = ShareKind::kService;

class SharingScene : public Scene {
 protected:
  static constexpr uint32_t kAccounts = 3;  // A, B and C; user "u0" is in A, and so on

  SharingScene() { settings_.session = session_settings({}); }

  static SessionSettings session_settings(const std::vector<AccountSettings>& sharing) {
    SessionSettings settings;
    settings.accounts = {"$G", "A", "B", "C"};
    settings.account_rules = make_account_rules(sharing, settings.accounts);
    AuthSettings auth;
    for (uint32_t i = 0; i < kAccounts; ++i) {
      UserSettings user{"u" + std::to_string(i), "p"};
      user.account = AccountId{i + 1};
      user.account_name = settings.accounts[i + 1];
      auth.users.push_back(user);
    }
    settings.authenticator = make_authenticator(auth);
    return settings;
  }
  static AccountSettings account(std::string name, std::vector<ExportSettings> exports,
                                 std::vector<ImportSettings> imports,
                                 std::vector<MappingSettings> mappings = {}) {
    return {std::move(name), std::move(exports), std::move(imports), std::move(mappings), {}};
  }
  void share(const std::vector<AccountSettings>& sharing, uint16_t shards = 2) {
    EXPECT_TRUE(wiring_problems(sharing).empty());
    settings_.shard_count = shards;
    settings_.session = session_settings(sharing);
  }
  void reload(const std::vector<AccountSettings>& sharing) {
    for (uint16_t i = 0; i < world().shard_count(); ++i) {
      shard(i).post([this, i, sharing] {
        shard(i).adopt(std::make_shared<const SessionSettings>(session_settings(sharing)));
      });
    }
    EXPECT_TRUE(world().settle());
  }
  SceneClient in(uint32_t account, uint16_t shard = 0, const std::string& more = "") {
    return client_with(
        R"("verbose":false,"no_responders":true,"headers":true,"pass":"p","user":"u)" +
            std::to_string(account) + "\"" + more,
        shard);
  }
  uint64_t replies_of(const std::string& name) {
    uint64_t open = 0;
    for (uint16_t i = 0; i < world().shard_count(); ++i) {
      for (const auto& state : shard(i).accounts) {
        if (state->name == name && state->replies != nullptr) open += state->replies->size();
      }
    }
    return open;
  }
};

// With what is said between those who ask and those who answer.
class ServicesScene : public SharingScene {
 protected:
  // "_R_.x.y" of the message that a responder got.
  static std::string reply_in(const std::string& text) {
    const size_t at = text.find("_R_.");
    return at == text.npos ? "" : text.substr(at, text.find(' ', at) - at);
  }
  static std::string answer(const std::string& request, const std::string& body) {
    return "PUB " + reply_in(request) + " " + std::to_string(body.size()) + "\r\n" + body + "\r\n";
  }
  static std::string info(const std::string& account) {
    return "NATS/1.0\r\nNats-Request-Info: {\"acc\":\"" + account + "\"}\r\n\r\n";
  }
};

}  // namespace antiphon
