#include "broker/session/session_log.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class SessionLogTest : public Scene {
 protected:
  SessionLogTest() {
    file_ = std::filesystem::temp_directory_path() /
            ("antiphon-session-" + std::to_string(::getpid()) + ".log");
    std::filesystem::remove(file_);
    LogSettings settings;
    settings.output = LogOutput::kFile;
    settings.file = file_;
    settings.debug = true;
    settings.trace = true;
    EXPECT_EQ(log_.configure(settings), "");
    settings_.log = &log_;
  }
  ~SessionLogTest() override { std::filesystem::remove(file_); }

  std::string logged() {
    log_.flush();
    std::ifstream file(file_);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  bool has(const std::string& text) { return logged().find(text) != std::string::npos; }

  std::filesystem::path file_;
  Log log_;
};

TEST_F(SessionLogTest, NamesTheClientInEveryLine) {
  client_with(R"("name":"n","lang":"go","version":"1.55.0")").ask("NONSENSE\r\n");
  EXPECT_TRUE(has(" - cid:1 - Client connection created\n")) << logged();
  EXPECT_TRUE(has(" - cid:1 - \"v1.55.0:go:n\" - Unknown Protocol Operation\n")) << logged();
  EXPECT_TRUE(has("Client connection closed: Protocol Violation\n")) << logged();
}

TEST_F(SessionLogTest, TracesWhatComesAndGoes) {
  SceneClient client = this->client();
  client.ask("SUB a q 1\r\nPUB a r 2\r\nhi\r\nHPUB a 2 3\r\nHHx\r\nUNSUB 1 5\r\nPING\r\n-ERR x\r\n");
  for (const char* line : {"<<- [SUB a q 1]", "<<- [PUB a r 2]", "<<- MSG_PAYLOAD: [\"hi\"]",
                           "<<- [HPUB a 2 3]", "<<- [UNSUB 1 5]", "<<- [PING]", "->> [PONG]",
                           "->> [MSG a 1 2]", "<<- [-ERR x]"}) {
    EXPECT_TRUE(has(line)) << line << "\n" << logged();
  }
}

TEST_F(SessionLogTest, ShortensTracedPayloads) {
  settings_.session.traced_payload_bytes_max = 4;
  client().ask("PUB a 8\r\nabcdefgh\r\nPUB a 4\r\nwxyz\r\n");
  EXPECT_TRUE(has("[\"abcd...\"]")) << logged();
  EXPECT_TRUE(has("[\"wxyz\"]")) << logged();
}

TEST_F(SessionLogTest, NeverShowsASecret) {
  bare_client().ask(
      R"(CONNECT {"user":"joe","pass":"hunter2","auth_token":"tokenA","jwt":"jwtB","sig":"sigC","nkey":"nkeyD","name":"n"})"
      "\r\n");
  const std::string text = logged();
  for (const char* secret : {"hunter2", "tokenA", "jwtB", "sigC", "nkeyD"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }
  EXPECT_NE(text.find("\"user\":\"joe\""), std::string::npos);
}

TEST(WithoutSecrets, KeepsWhatIsHarmlessAndStaysJson) {
  const auto shown = nlohmann::json::parse(without_secrets(
      R"({"name":"a\"b","lang":"go","user":"u","pass":"p","echo":false,"unknown":"what is this"})"));
  EXPECT_EQ(shown["name"], "a\"b");
  EXPECT_EQ(shown["user"], "u");
  EXPECT_EQ(shown["pass"], "[REDACTED]");
  EXPECT_EQ(shown["echo"], false);
  EXPECT_FALSE(shown.contains("unknown")) << "what is not known to be harmless is not shown";
  EXPECT_FALSE(shown.contains("jwt"));
}

TEST(WithoutSecrets, ShowsNothingOfWhatItCannotRead) {
  EXPECT_EQ(without_secrets(R"({"pass":"hunter2")").find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace antiphon
