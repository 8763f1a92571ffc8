#include "broker/config/nats_options.h"

#include "tests/unit/broker/config/nats_options_scene.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

class NatsOptions : public NatsOptionsScene {};

TEST_F(NatsOptions, NothingSetLeavesEveryDefault) {
  EXPECT_EQ(good("# nothing"), BrokerOptions{});
}

TEST_F(NatsOptions, ListenTakesAPortOrAnAddress) {
  EXPECT_EQ(good("listen: 5222").listen.port, 5222);
  EXPECT_EQ(good("listen: 5222").listen.host, "0.0.0.0");
  const ListenOptions full = good("listen: \"10.1.2.3:5222\"").listen;
  EXPECT_EQ(full.host, "10.1.2.3");
  EXPECT_EQ(full.port, 5222);
  EXPECT_EQ(good("listen: 10.1.2.3:5222").listen, full);
  EXPECT_EQ(good("listen: '[::1]:5222'").listen.host, "::1");
  EXPECT_EQ(good("listen: ':5222'").listen.host, "0.0.0.0");
  EXPECT_EQ(good("listen: localhost:-1").listen.port, kRandomPort);
}

TEST_F(NatsOptions, HostPortAndNameAreRead) {
  const BrokerOptions options =
      good("net: 127.0.0.1\nPORT: -1\nserver_name: 'n1'\nclient_advertise: 'x.example:4222'");
  EXPECT_EQ(options.listen.host, "127.0.0.1");
  EXPECT_EQ(options.listen.port, kRandomPort);
  EXPECT_EQ(options.identity.server_name, "n1");
  EXPECT_EQ(options.listen.client_advertise, "x.example:4222");
  EXPECT_EQ(good("port: 0").listen.port, 4222);
}

TEST_F(NatsOptions, TagsAreTrimmedLowerCaseAndUnique) {
  EXPECT_EQ(good("server_tags: [' Rack:1 ', rack:1, \"\", b]").identity.tags,
            (Texts{"rack:1", "b"}));
  EXPECT_EQ(good("server_tags: A").identity.tags, Texts{"a"});
}

TEST_F(NatsOptions, MetadataIsABlockOfTexts) {
  const std::map<std::string, std::string> expected = {{"Rack", "12"}, {"hall", "n"}};
  EXPECT_EQ(good("server_metadata { Rack: '12', hall: n }").identity.metadata, expected);
  EXPECT_EQ(errors_of("server_metadata { rack: 12 }"),
            Texts{"c:1:25: server_metadata needs text: put it in quotes, found a whole number"});
}

TEST_F(NatsOptions, LimitsAreReadByEveryName) {
  const LimitOptions limits =
      good(
          "max_conn: 10k; max_subs: 5; max_control_line: 1kb; max_payload: 2mb; "
          "max_pending: 4mb; max_closed_clients: 7")
          .limits;
  EXPECT_EQ(limits.connections_max, 10000);
  EXPECT_EQ(limits.subscriptions_max, 5);
  EXPECT_EQ(limits.control_line_bytes_max, 1024);
  EXPECT_EQ(limits.payload_bytes_max, 2 << 20);
  EXPECT_EQ(limits.pending_bytes_max, 4 << 20);
  EXPECT_EQ(limits.closed_clients_max, 7);
  EXPECT_EQ(good("max_connections: 3; max_subscriptions: 4").limits.connections_max, 3);
}

TEST_F(NatsOptions, ZeroMeansTheDefaultWhereTheReferenceServerTakesItSo) {
  EXPECT_EQ(good("max_control_line: 0; max_payload: 0; max_pending: 0; max_closed_clients: 0; "
                 "ping_interval: '0s'; ping_max: 0; write_deadline: '0s'; "
                 "lame_duck_grace_period: '0s'; tls { timeout: 0 }"),
            [] {
              BrokerOptions options;
              options.tls.enabled = true;
              return options;
            }());
}

TEST_F(NatsOptions, DurationsAreTextOrSecondsWithAWarning) {
  const BrokerOptions options = good(
      "ping_interval: '30s'; ping_max: 3; write_deadline: 2s; lame_duck_duration: \"45s\"; "
      "lame_duck_grace_period: 1500ms");
  EXPECT_EQ(options.timeouts.ping_interval, 30s);
  EXPECT_EQ(options.timeouts.pings_out_max, 3);
  EXPECT_EQ(options.timeouts.write_deadline, 2s);
  EXPECT_EQ(options.lame_duck.duration, 45s);
  EXPECT_EQ(options.lame_duck.grace_period, 1500ms);

  EXPECT_EQ(options_of("ping_interval: 5").timeouts.ping_interval, 5s);
  EXPECT_EQ(warnings_, Texts{"c:1:16: ping_interval is a number and so means seconds, 5 of them; "
                             "write a duration like \"2m\", in quotes"});
  EXPECT_EQ(options_of("ping_interval: 2m").timeouts.ping_interval, 2000000s);
  EXPECT_EQ(warnings_.size(), 1u);
}

TEST_F(NatsOptions, BadDurationsAreErrors) {
  EXPECT_EQ(errors_of("ping_interval: 2x\nwrite_deadline: true\nlame_duck_duration: '5s'\n"
                      "lame_duck_grace_period: '-1s'"),
            (Texts{"c:1:16: ping_interval is no duration: write it as \"2m\", \"1.5s\" or \"50ms\"",
                   "c:2:17: write_deadline needs a duration like \"2m\", found a boolean",
                   "c:3:21: lame_duck_duration must be at least 30s",
                   "c:4:25: lame_duck_grace_period must be at least 0s"}));
  EXPECT_EQ(errors_of("write_deadline: 99999999999999"),
            Texts{"c:1:17: write_deadline is too long"});
}

TEST_F(NatsOptions, MonitoringTakesPortsAndAddresses) {
  const MonitoringOptions http = good("http: 'localhost:8222'; http_base_path: '/a'").monitoring;
  EXPECT_EQ(http.host, "localhost");
  EXPECT_EQ(http.http_port, 8222);
  EXPECT_EQ(http.base_path, "/a");
  EXPECT_EQ(good("http: 8222").monitoring, good("monitor_port: 8222").monitoring);
  EXPECT_EQ(good("https: ':8443'").monitoring.https_port, 8443);
  EXPECT_EQ(good("https_port: -1").monitoring.https_port, kRandomPort);
}

TEST_F(NatsOptions, LoggingAndFilesAreRead) {
  const BrokerOptions options = good(
      "debug: true; trace: yes; trace_verbose: on; trace_headers: true; logtime: false; "
      "logtime_utc: true; logfile: '/l'; logfile_size_limit: 1mb; log_max_num: 3; "
      "max_traced_msg_len: 10; pidfile: p; ports_file_dir: d");
  LoggingOptions logging;
  logging.destination = {LogTarget::kFile, "/l"};
  logging.debug = logging.trace = logging.trace_verbose = logging.trace_headers = true;
  logging.logtime = false;
  logging.logtime_utc = true;
  logging.file_bytes_max = 1 << 20;
  logging.files_max = 3;
  logging.traced_bytes_max = 10;
  EXPECT_EQ(options.logging, logging);
  EXPECT_EQ(options.process, (ProcessOptions{"p", "d"}));
}

TEST_F(NatsOptions, OwnBlockAndFeaturesAreRead) {
  const BrokerOptions options = good(
      "antiphon { shards: 4, handshake_threads: 3, log_level: Warn }\nno_header_support: true\nno_sublist_cache: on\n"
      "connect_error_reports: 5; reconnect_error_reports: 1; no_sys_acc: true");
  EXPECT_EQ(options.threads, (ThreadOptions{4, 3}));
  EXPECT_EQ(options.logging.level, LogLevel::kWarn);
  EXPECT_TRUE(options.features.no_header_support);
  EXPECT_TRUE(options.features.disable_sublist_cache);
  EXPECT_EQ(errors_of("antiphon { shards: 65; log_level: loud; shard: 1 }"),
            (Texts{"c:1:20: antiphon.shards must be at most 64",
                   "c:1:35: the log level is info, warn, error or fatal",
                   "c:1:41: unknown field \"shard\"; did you mean \"shards\"?"}));
}

}  // namespace
}  // namespace antiphon
