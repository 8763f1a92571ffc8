// The monitoring server and clients that send garbage, stay silent, come in masses or do not read.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/broker/monitor/monitor_server_fixture.h"

namespace antiphon {
namespace {

using Clock = std::chrono::steady_clock;
class MonitorServerAbuse : public MonitorServerTest {};

// ---- Bad requests ------------------------------------------------------------------------------

TEST_F(MonitorServerAbuse, AllowsOnlyGetAndHead) {
  start();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", "FOO"}) {
    const HttpAnswer answer = answer_to(std::string(method) + " /varz HTTP/1.1\r\n\r\n");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_TRUE(answer.has("Allow: GET, HEAD")) << answer.head;
  }
}

TEST_F(MonitorServerAbuse, KeepsTheConnectionAfterAnotherMethodWithoutBody) {
  start();
  HttpClient client(server_->http_port());
  client.send("POST /varz HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.read_answer().status, 405);
  EXPECT_EQ(client.get("/healthz").status, 200);
}

TEST_F(MonitorServerAbuse, TakesNoBodies) {
  start();
  EXPECT_EQ(answer_to("GET /varz HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello").status, 413);
  EXPECT_EQ(answer_to("GET /varz HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n").status,
            413);
  EXPECT_EQ(answer_to("GET /varz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                      "\r\n")
                .status,
            413);
  EXPECT_EQ(
      answer_to("POST /varz HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'))
          .status,
      405);
}

struct BadRequest {
  const char* about;
  std::string bytes;
};

TEST_F(MonitorServerAbuse, AnswersGarbageWith400) {
  start();
  for (const BadRequest& bad : {
           BadRequest{"NATS", "CONNECT {}\r\nPING\r\n\r\n"},
           {"no version", "GET /varz\r\n\r\n"},
           {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
           {"no target", "GET  HTTP/1.1\r\n\r\n"},
           {"a control character in the target", "GET /\x01 HTTP/1.1\r\n\r\n"},
           {"zero bytes", std::string("GET /\0 HTTP/1.1\r\n\r\n", 19)},
           {"a header without colon", "GET / HTTP/1.1\r\nHost\r\n\r\n"},
           {"a blank before a header", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"},
           {"a length that is none", "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"},
           {"a negative length", "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"},
           {"two lengths", "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"},
           {"binary", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 binary"},
       }) {
    const HttpAnswer answer = answer_to(bad.bytes);
    EXPECT_EQ(answer.status, 400) << bad.about;
    EXPECT_TRUE(answer.has("Connection: close")) << bad.about;
  }
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(MonitorServerAbuse, LimitsTheLengthOfARequest) {
  start();
  const std::string line_end = " HTTP/1.1\r\n\r\n";
  const std::string query = "GET /healthz?";
  EXPECT_EQ(answer_to(query + std::string(9000, 'a') + line_end).status, 431);
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nX: " + std::string(9000, 'a') + "\r\n\r\n").status, 431);
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\nX: " + std::string(60'000, 'a')).status, 431);
  std::string headers;
  for (int i = 0; i < 2000; ++i) headers += "A: 1\r\n";
  EXPECT_EQ(answer_to("GET / HTTP/1.1\r\n" + headers + "\r\n").status, 431);
  const size_t room = 8 * 1024 - query.size() - line_end.size() - 16;
  EXPECT_EQ(get("/healthz?" + std::string(room - 16, 'a')).status, 200);
}

TEST_F(MonitorServerAbuse, EndsAnUnfinishedRequestWithItsConnection) {
  start();
  for (const char* unfinished : {"", "G", "GET /varz HTTP/1.1", "GET /varz HTTP/1.1\r\nHost"}) {
    HttpClient client(server_->http_port());
    client.send(unfinished);
    client.end_sending();
    EXPECT_EQ(client.read_to_end(), 0) << unfinished;
  }
  EXPECT_EQ(get("/healthz").status, 200);
}

// ---- Limits ------------------------------------------------------------------------------------

TEST_F(MonitorServerAbuse, TellsTheConnectionBeyondTheLimitToComeLater) {
  start();
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (size_t i = 0; i < HttpLimits().connections_max; ++i) {
    clients.push_back(std::make_unique<HttpClient>(server_->http_port()));
  }
  EXPECT_EQ(answer_to("GET /healthz HTTP/1.1\r\n\r\n").status, 503);
  EXPECT_EQ(clients.front()->get("/healthz").status, 200);
  EXPECT_EQ(clients.back()->get("/healthz").status, 200);
  clients.clear();
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  int status = 503;
  while (status == 503 && Clock::now() < deadline) status = get("/healthz").status;
  EXPECT_EQ(status, 200);
}

TEST_F(MonitorServerAbuse, ClosesConnectionsFarBeyondTheLimitUnread) {
  settings_.limits.connections_max = 1;
  settings_.limits.refused_max = 1;
  start();
  HttpClient served(server_->http_port());
  HttpClient refused(server_->http_port());
  HttpClient closed(server_->http_port());
  EXPECT_EQ(closed.read_to_end(), 0);
  EXPECT_EQ(refused.get("/healthz").status, 503);
  EXPECT_EQ(served.get("/healthz").status, 200);
}

TEST_F(MonitorServerAbuse, ClosesAnIdleConnection) {
  settings_.limits.step_timeout = std::chrono::milliseconds(50);
  start();
  HttpClient silent(server_->http_port());
  EXPECT_EQ(silent.read_to_end(), 0);
  HttpClient half(server_->http_port());
  half.send("GET /varz HTT");
  EXPECT_EQ(half.read_to_end(), 0);
}

TEST_F(MonitorServerAbuse, DropsAReaderThatDoesNotRead) {
  for (int i = 0; i < 20'000; ++i) view_.connect();
  settings_.limits.step_timeout = std::chrono::milliseconds(500);
  start();
  constexpr int kSmallBuffer = 4096;
  HttpClient slow(server_->http_port(), HttpClient::Security::kNone, kSmallBuffer);
  slow.send("GET /connz?limit=1000000 HTTP/1.1\r\n\r\n");
  HttpClient other(server_->http_port());
  EXPECT_EQ(other.get("/connz?limit=1").status, 200);
  // The other's connection is closed after the time in which the slow one must have been dropped.
  EXPECT_EQ(other.read_to_end(), 0);
  const std::string whole = Pages(view_, "/").answer("/connz?limit=1000000").body;
  const ssize_t received = slow.read_to_end();
  EXPECT_GE(received, 0);
  EXPECT_LT(received, static_cast<ssize_t>(whole.size()));
}

TEST_F(MonitorServerAbuse, SendsNoMorePagesAtOnceThanThereIsMemoryFor) {
  settings_.limits.pending_bytes_max = 1000;
  start();
  EXPECT_EQ(get("/varz").status, 503);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/varz").status, 503);
}

TEST_F(MonitorServerAbuse, SaysSoEvenWhenThereIsMemoryForNothing) {
  settings_.limits.pending_bytes_max = 1;
  start();
  EXPECT_EQ(get("/healthz").status, 503);
}

TEST_F(MonitorServerAbuse, SurvivesManyWhoComeAndGo) {
  start();
  for (int i = 0; i < 300; ++i) {
    HttpClient client(server_->http_port());
    if (i % 3 == 0) client.send("GET /varz HTTP/1.1\r\n\r\n");
    if (i % 3 == 1) client.send("\x00\xff garbage");
  }
  int status = 0;
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  while (status != 200 && Clock::now() < deadline) status = get("/healthz").status;
  EXPECT_EQ(status, 200);
}

}  // namespace
}  // namespace antiphon
