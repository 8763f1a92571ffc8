// The monitoring server over real sockets; monitor_server_abuse_test.cc has the ill-behaved
// clients.
#include "broker/monitor/monitor_server.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/unit/broker/monitor/monitor_server_fixture.h"
#include "tests/unit/throwaway_identity.h"

namespace antiphon {
namespace {

// ---- Serving -----------------------------------------------------------------------------------

TEST_F(MonitorServerTest, ServesThePages) {
  start();
  EXPECT_NE(server_->http_port(), 0);
  EXPECT_EQ(server_->https_port(), 0);
  for (const char* path :
       {"/", "/varz", "/connz", "/subsz", "/subscriptionsz", "/healthz", "/metrics"}) {
    const HttpAnswer answer = get(path);
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_FALSE(answer.body.empty()) << path;
  }
  EXPECT_EQ(get("/nosuch").status, 404);
}

TEST_F(MonitorServerTest, SendsNatsServersHeaders) {
  start();
  const HttpAnswer page = get("/varz");
  EXPECT_TRUE(page.has("Content-Type: application/json")) << page.head;
  EXPECT_TRUE(page.has("Access-Control-Allow-Origin: *"));
  EXPECT_TRUE(page.has("Content-Length: " + std::to_string(page.body.size())));
  EXPECT_NE(page.head.find("\r\nDate: "), std::string::npos);
  const HttpAnswer none = get("/nosuch");
  EXPECT_TRUE(none.has("Content-Type: text/plain; charset=utf-8")) << none.head;
  EXPECT_EQ(none.head.find("Access-Control"), std::string::npos);
  EXPECT_EQ(none.body, "404 page not found\n");
}

TEST_F(MonitorServerTest, ServesBelowABasePath) {
  settings_.base_path = "/nats";
  start();
  EXPECT_EQ(get("/nats/varz").status, 200);
  EXPECT_EQ(get("/nats").status, 200);
  EXPECT_EQ(get("/varz").status, 404);
}

TEST_F(MonitorServerTest, AnswersSeveralRequestsOnOneConnection) {
  start();
  HttpClient client(server_->http_port());
  EXPECT_EQ(client.get("/healthz").status, 200);
  EXPECT_EQ(client.get("/nosuch").status, 404);
  EXPECT_EQ(client.get("/connz?limit=x").status, 400);
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(MonitorServerTest, AnswersRequestsThatWereSentAhead) {
  start();
  HttpClient client(server_->http_port());
  client.send(
      "GET /healthz HTTP/1.1\r\n\r\nGET /nosuch HTTP/1.1\r\n\r\nGET /varz HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_answer().status, 404);
  EXPECT_EQ(client.read_answer().status, 200);
}

TEST_F(MonitorServerTest, SendsNoBodyToHead) {
  start();
  HttpClient client(server_->http_port());
  client.send("HEAD /healthz HTTP/1.1\r\n\r\n");
  const HttpAnswer head = client.read_answer(HttpClient::Body::kNone);
  EXPECT_EQ(head.status, 200);
  EXPECT_TRUE(head.has("Content-Length: 15")) << head.head;
  EXPECT_EQ(client.get("/healthz").body, R"({"status":"ok"})");
}

TEST_F(MonitorServerTest, ClosesWhenAskedTo) {
  start();
  for (const char* request :
       {"GET /healthz HTTP/1.0\r\n\r\n", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"}) {
    HttpClient client(server_->http_port());
    client.send(request);
    EXPECT_EQ(client.read_answer().status, 200) << request;
    EXPECT_EQ(client.read_to_end(), 0) << request;
  }
}

TEST_F(MonitorServerTest, AnswersAClientThatHasEndedItsSide) {
  start();
  HttpClient client(server_->http_port());
  client.send("GET /healthz HTTP/1.1\r\n\r\n");
  client.end_sending();
  EXPECT_EQ(client.read_answer().status, 200);
  EXPECT_EQ(client.read_to_end(), 0);
}

TEST_F(MonitorServerTest, TakesARequestByteByByte) {
  start();
  HttpClient client(server_->http_port());
  for (const char c : std::string("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")) {
    client.send({&c, 1});
  }
  EXPECT_EQ(client.read_answer().status, 200);
}

// ---- Waiting -----------------------------------------------------------------------------------

TEST_F(MonitorServerTest, AnswersOthersWhileOneRequestWaits) {
  Gate gate(view_);
  start();
  HttpClient waiting(server_->http_port());
  waiting.send("GET /connz HTTP/1.1\r\n\r\n");
  gate.wait_until_entered();
  for (const char* path : {"/varz", "/healthz", "/metrics", "/", "/nosuch"}) {
    EXPECT_NE(get(path).status, 0) << path;
  }
  gate.open();
  EXPECT_EQ(waiting.read_answer().status, 200);
}

TEST_F(MonitorServerTest, EndsWhileARequestWaits) {
  Gate gate(view_);
  start();
  HttpClient waiting(server_->http_port());
  waiting.send("GET /connz HTTP/1.1\r\n\r\n");
  gate.wait_until_entered();
  std::thread ending([this] { server_ = nullptr; });
  gate.open();
  ending.join();
  EXPECT_GE(waiting.read_to_end(), 0);
}

TEST_F(MonitorServerTest, ForgetsAClientThatLeftWhileItsRequestWaited) {
  Gate gate(view_);
  start();
  {
    HttpClient leaving(server_->http_port());
    leaving.send("GET /connz HTTP/1.1\r\n\r\n");
    gate.wait_until_entered();
  }
  gate.open();
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(MonitorServerTest, SaysSoWhenTheServerDoesNotAnswer) {
  view_.before_sessions_ = [] { throw std::runtime_error("the shard has gone"); };
  start();
  HttpClient client(server_->http_port());
  EXPECT_EQ(client.get("/connz").status, 500);
  EXPECT_EQ(client.get("/varz").status, 200);
}

// ---- Start and TLS -----------------------------------------------------------------------------

TEST_F(MonitorServerTest, NeedsAFreePort) {
  start();
  settings_.http_port = server_->http_port();
  const auto second = MonitorServer::start(view_, settings_);
  EXPECT_FALSE(second.ok());
  EXPECT_NE(std::string(second.status().message()).find("Address already in use"),
            std::string::npos)
      << second.status();
}

TEST_F(MonitorServerTest, NeedsACertificateForHttps) {
  settings_.https_port = 0;
  EXPECT_FALSE(MonitorServer::start(view_, settings_).ok());
  settings_.tls.cert_file = "/nosuch/cert.pem";
  settings_.tls.key_file = "/nosuch/key.pem";
  const auto started = MonitorServer::start(view_, settings_);
  EXPECT_NE(std::string(started.status().message()).find("/nosuch/cert.pem"), std::string::npos)
      << started.status();
}

class MonitorServerTls : public MonitorServerTest {
 protected:
  MonitorServerTls() {
    settings_.http_port.reset();
    settings_.https_port = 0;
    settings_.tls.cert_file = certificate_.cert_file;
    settings_.tls.key_file = certificate_.key_file;
    settings_.tls.ca_file = certificate_.cert_file;
    settings_.tls.verify = true;  // asked of clients of the broker, not of these
  }
  ThrowawayIdentity certificate_{"localhost", "DNS:localhost"};
};

TEST_F(MonitorServerTls, ServesThePages) {
  start();
  EXPECT_EQ(server_->http_port(), 0);
  HttpClient client(server_->https_port(), HttpClient::Security::kTls);
  ASSERT_TRUE(client.is_secure());
  EXPECT_EQ(client.get("/varz").status, 200);
  EXPECT_EQ(client.get("/healthz").body, R"({"status":"ok"})");
  client.send("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_answer(HttpClient::Body::kNone).status, 200);
  EXPECT_EQ(client.read_to_end(), 0);
}

TEST_F(MonitorServerTls, SendsALargePageWhole) {
  for (int i = 0; i < 5'000; ++i) view_.connect();
  start();
  HttpClient client(server_->https_port(), HttpClient::Security::kTls);
  const HttpAnswer answer = client.get("/connz?limit=5000");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(nlohmann::json::parse(answer.body)["num_connections"], 5'000);
}

TEST_F(MonitorServerTls, SurvivesThoseWhoSpeakNoTls) {
  start();
  for (const char* bytes : {"GET /varz HTTP/1.1\r\n\r\n", "\x16\x03\x01\xff\xff", "PING\r\n"}) {
    HttpClient client(server_->https_port());
    client.send(bytes);
    client.end_sending();
    EXPECT_GE(client.read_to_end(), 0) << bytes;
  }
  HttpClient client(server_->https_port(), HttpClient::Security::kTls);
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(MonitorServerTls, EndsAHandshakeThatIsNotFinished) {
  settings_.limits.step_timeout = std::chrono::milliseconds(50);
  start();
  HttpClient silent(server_->https_port());
  EXPECT_EQ(silent.read_to_end(), 0);
}

TEST_F(MonitorServerTls, ServesBothPorts) {
  settings_.http_port = 0;
  start();
  EXPECT_EQ(get("/healthz").status, 200);
  HttpClient client(server_->https_port(), HttpClient::Security::kTls);
  EXPECT_EQ(client.get("/healthz").status, 200);
}

}  // namespace
}  // namespace antiphon
