#include "fleet/bench/load_run.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include "broker/runtime/log.h"
#include "broker/server/server.h"
#include "fleet/bench/fleet_ping_load.h"
#include "fleet/bench/latency.h"
#include "fleet/bench/pubsub.h"

namespace antiphon::fleet::bench {
namespace {

// A real broker with one shard, in this process.
class BenchLoadRun : public testing::Test {
 protected:
  void start(int64_t payload_bytes_max = 1 << 20) {
    BrokerOptions options;
    options.listen.host = "127.0.0.1";
    options.listen.port = kRandomPort;
    options.limits.payload_bytes_max = payload_bytes_max;
    auto server = Server::start(options, {}, log_);
    ASSERT_TRUE(server.ok()) << server.status().message();
    server_ = *std::move(server);
    auto target =
        Target::open({"", "", absl::StrCat("127.0.0.1:", server_->port()), 0}, access_);
    ASSERT_TRUE(target.ok()) << target.status().message();
    target_ = *std::move(target);
  }

  Log log_;
  Access access_;
  std::unique_ptr<Server> server_;
  absl::StatusOr<Target> target_ = absl::UnknownError("not started");
};

// Below zero: there is none of that name.
double figure(const RunResult& result, const std::string& name) {
  for (const Metric& metric : result.metrics) {
    if (metric.name == name) return metric.value;
  }
  return -1;
}

LoadSettings small_load() {
  LoadSettings load;
  load.publishers = 2;
  load.readers = 3;
  load.reader_threads = 2;
  load.messages = 5000;
  return load;
}

TEST_F(BenchLoadRun, EveryReaderGetsEveryMessageOfEveryPublisher) {
  start();
  auto run = LoadRun::open(*target_, small_load());
  ASSERT_TRUE(run.ok()) << run.status().message();
  (*run)->start();
  const LoadOutcome outcome = (*run)->finish();
  EXPECT_EQ(outcome.failure, "");
  EXPECT_EQ(outcome.published, 10'000u);
  EXPECT_EQ(outcome.counts.messages, 30'000u);
  EXPECT_GT(outcome.seconds, 0);
}

TEST_F(BenchLoadRun, ReadersMayNumberTheirSubscriptionsDifferently) {
  start();
  LoadSettings load = small_load();
  load.unequal_sids = true;
  const auto result = run_pubsub(*target_, load);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_EQ(result->failure, "");
}

TEST_F(BenchLoadRun, MessagesThatTheServerRefusesAreAFailure) {
  start(1024);
  LoadSettings load = small_load();
  load.payload_bytes = 2048;
  load.patience_s = 0.2;
  const auto result = run_pubsub(*target_, load);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_NE(result->failure, "");
  EXPECT_TRUE(result->metrics.empty());
}

TEST_F(BenchLoadRun, LatencyIsMeasuredBesideOtherMessages) {
  start();
  LatencySettings settings;
  settings.seconds = 0.1;
  settings.background_rate = 1000;
  const auto result = run_latency(*target_, settings);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_EQ(result->failure, "");
  EXPECT_EQ(result->metrics.size(), 6u);
}

TEST_F(BenchLoadRun, LatencyIsMeasuredUntilAStormIsOver) {
  start();
  LatencySettings settings;
  settings.seconds = 0.05;
  settings.rate = 1000;
  settings.storm_nodes = 50;
  const auto result = run_latency(*target_, settings);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_EQ(result->failure, "");
  EXPECT_GT(figure(*result, "all connected after"), 0);
  EXPECT_GE(figure(*result, "requests"), 50);
}

TEST_F(BenchLoadRun, EveryNodeAnswersEveryPing) {
  start();
  FleetSettings fleet;
  fleet.nodes = 20;
  const auto result = run_fleet_ping(*target_, fleet, {});
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_EQ(result->failure, "");
}

TEST_F(BenchLoadRun, PingsAndAnswersAreFilledUp) {
  start();
  FleetSettings fleet;
  fleet.nodes = 20;
  fleet.first_number = 100;
  fleet.reply_bytes_min = 5000;
  PingLoad load;
  load.request_bytes_min = 1200;
  const auto result = run_fleet_ping(*target_, fleet, load);
  ASSERT_TRUE(result.ok()) << result.status().message();
  EXPECT_EQ(result->failure, "");
  EXPECT_GE(figure(*result, "payload of a request"), 1200);
  EXPECT_LT(figure(*result, "payload of a request"), 1210);
  EXPECT_GE(figure(*result, "payload of an answer"), 5000);
  EXPECT_LT(figure(*result, "payload of an answer"), 5100);
}

TEST_F(BenchLoadRun, AServerThatIsNotThereIsAnError) {
  auto target = Target::open({"", "", "127.0.0.1:1", 0}, {});
  ASSERT_TRUE(target.ok());
  EXPECT_FALSE(LoadRun::open(*target, small_load()).ok());
}

}  // namespace
}  // namespace antiphon::fleet::bench
