// A monitoring server over a fake broker, and what tests of it need.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string_view>

#include "broker/monitor/monitor_server.h"
#include "tests/unit/broker/monitor/fake_server.h"
#include "tests/unit/broker/monitor/http_client.h"

namespace antiphon {

class MonitorServerTest : public testing::Test {
 protected:
  MonitorServerTest() {
    settings_.host = "127.0.0.1";
    settings_.http_port = 0;
  }
  void start() {
    auto started = MonitorServer::start(view_, settings_);
    ASSERT_TRUE(started.ok()) << started.status();
    server_ = *std::move(started);
  }
  HttpAnswer get(std::string_view target) { return HttpClient(server_->http_port()).get(target); }
  // What is answered to bytes as given, and whether the connection is closed afterwards.
  HttpAnswer answer_to(std::string_view bytes) {
    HttpClient client(server_->http_port());
    client.send(bytes);
    HttpAnswer answer = client.read_answer();
    client.end_sending();
    EXPECT_GE(client.read_to_end(), 0) << "still open after: " << bytes.substr(0, 80);
    return answer;
  }

  FakeServer view_;
  MonitorSettings settings_;
  std::unique_ptr<MonitorServer> server_;
};

// Stops who asks for sessions until it is opened.
class Gate {
 public:
  explicit Gate(FakeServer& view) {
    view.before_sessions_ = [this] {
      entered_.set_value();
      opened_.wait();
    };
  }
  void wait_until_entered() {
    ASSERT_EQ(entered_.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  }
  void open() { opening_.set_value(); }

 private:
  std::promise<void> entered_;
  std::promise<void> opening_;
  std::shared_future<void> opened_ = opening_.get_future().share();
};

}  // namespace antiphon
