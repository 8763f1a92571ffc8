// A client loop whose broker is a real one, in the same process.
#include <gtest/gtest.h>

#include <string>

#include "broker/server/server.h"
#include "broker/session/session_facts.h"
#include "tests/unit/fleet/wire/recorded_events.h"

namespace antiphon::fleet {
namespace {

constexpr LinkId kInside{0};

using Seen = std::vector<std::string>;

class InProcess : public testing::TestWithParam<int64_t> {
 protected:
  InProcess() {
    BrokerOptions options;
    options.listen.host = "127.0.0.1";
    options.listen.port = kRandomPort;
    options.threads.shards = GetParam();
    options.authorization.user = "joe";  // which nobody asks of who is inside
    options.authorization.password = "secret";
    auto started = Server::start(options, {}, log_);
    EXPECT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
    settings_.servers = {in_process_endpoint(*server_, server_->client_url())};
    settings_.timeout_ms = 5000;
    settings_.tls_wanted = true;  // no TLS inside all the same
    loop_ = std::make_unique<ClientLoop>(settings_, events_, 1);
  }
  template <typename Condition>
  [[nodiscard]] bool until(Condition condition) {
    return pump_until(condition, [this] { loop_->turn(10); });
  }
  [[nodiscard]] bool open() {
    loop_->dial(kInside, 0, std::nullopt);
    return until([&] { return loop_->state(kInside) == LinkState::kOpen; });
  }
  std::vector<SessionFacts> sessions() {
    return server_->sessions(WithSubscriptions::kNo, [](const Session&) { return true; });
  }

  Log log_;
  std::unique_ptr<Server> server_;
  ClientSettings settings_;
  RecordedEvents events_;
  std::unique_ptr<ClientLoop> loop_;
};

TEST_P(InProcess, LogsInWithoutTlsAndWithoutAUser) {
  ASSERT_TRUE(open());
  EXPECT_EQ(events_.seen, Seen{"open 0"});
  EXPECT_EQ(server_->connections(), 1);
  const std::vector<SessionFacts> all = sessions();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].peer.ip_text(), "pipe");
  EXPECT_EQ(all[0].details.name, "tester");
  EXPECT_EQ(all[0].details.user, "in-process");
  EXPECT_EQ(loop_->server(kInside).url,
            "nats://127.0.0.1:" + std::to_string(server_->port()));
}

TEST_P(InProcess, ExchangesMoreThanTheStreamHolds) {
  ASSERT_TRUE(open());
  loop_->send(kInside, "SUB big 1\r\n");
  const std::string payload(700'000, 'x');
  for (int i = 0; i < 8; ++i) loop_->publish(kInside, "big", payload);
  loop_->fence(kInside);
  ASSERT_TRUE(until([&] { return events_.seen.size() == 10; }));
  size_t whole = 0;
  for (const std::string& one : events_.seen) whole += one == "message 0 big " + payload;
  EXPECT_EQ(whole, 8u);
}

TEST_P(InProcess, GivesItsPlaceBackWhenItCloses) {
  ASSERT_TRUE(open());
  loop_->close(kInside);
  ASSERT_TRUE(until([&] { return server_->connections() == 0; }));
  EXPECT_EQ(server_->closed_sessions(WithSubscriptions::kNo).back().reason, CloseReason::kClientClosed);
  ASSERT_TRUE(open()) << "and may come again";
}

TEST_P(InProcess, HearsOfTheEndOfItsBroker) {
  ASSERT_TRUE(open());
  server_ = nullptr;
  ASSERT_TRUE(until([&] { return loop_->state(kInside) == LinkState::kClosed; }));
  EXPECT_EQ(events_.last(), "closed 0 connected: closed by the server");
}

TEST_P(InProcess, IsNotTakenByABrokerThatLeaves) {
  server_->begin_lame_duck();
  loop_->dial(kInside, 0, std::nullopt);
  ASSERT_EQ(events_.seen.size(), 1u);
  EXPECT_EQ(events_.last(), "closed 0 dial: this process's broker takes no connection");
}

INSTANTIATE_TEST_SUITE_P(Shards, InProcess, testing::Values(1, 2),
                         [](const auto& shards) { return std::to_string(shards.param) + "shards"; });

}  // namespace
}  // namespace antiphon::fleet
