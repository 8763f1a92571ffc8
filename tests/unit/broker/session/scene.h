// A few shards with clients whose bytes a test writes and reads by hand.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/sim/world.h"

namespace antiphon {

// One client: what it sends arrives at once and is answered before the call returns.
class SceneClient {
 public:
  SceneClient(sim::World& world, uint16_t shard) : world_(world), connection_(world.connect(shard)) {}

  // Sends, and lets everything settle.
  void send(std::string_view bytes) {
    connection_->pipe->arrive(bytes);
    settle();
  }
  // Sends; the shard has not taken its turn yet.
  void send_later(std::string_view bytes) { connection_->pipe->arrive(bytes); }
  // What the server sent since the last time.
  std::string take() { return connection_->pipe->take(SIZE_MAX, SIZE_MAX); }
  // Sends, and returns the answer.
  std::string ask(std::string_view bytes) {
    send(bytes);
    return take();
  }
  void close() {
    connection_->pipe->close();
    settle();
  }

  bool is_closed() const { return connection_->pipe->server_closed; }
  CloseReason close_reason() const { return world_.close_reason(*connection_); }
  sim::MemoryPipe& pipe() { return *connection_->pipe; }
  Session& session() {
    Session* session = world_.session(*connection_);
    EXPECT_NE(session, nullptr);
    return *session;
  }
  uint64_t client_id() const { return connection_->client_id.value; }

 private:
  void settle() { EXPECT_TRUE(world_.settle()); }

  sim::World& world_;
  const std::shared_ptr<sim::Connection> connection_;
};

class Scene : public testing::Test {
 protected:
  // For tests that need other settings: before the first client.
  sim::WorldSettings settings_;

  sim::World& world() {
    if (world_ == nullptr) world_ = std::make_unique<sim::World>(settings_);
    return *world_;
  }
  Shard& shard(uint16_t index = 0) { return world().shard(index); }

  // A client that has read its INFO.
  SceneClient bare_client(uint16_t shard = 0) {
    SceneClient client(world(), shard);
    EXPECT_TRUE(world().settle());
    EXPECT_EQ(client.take().substr(0, 6), "INFO {");
    return client;
  }
  // And one that has sent CONNECT, quiet and with headers.
  SceneClient client(uint16_t shard = 0) {
    return client_with(R"("verbose":false,"pedantic":false,"headers":true)", shard);
  }
  SceneClient client_with(std::string_view options, uint16_t shard = 0) {
    SceneClient client = bare_client(shard);
    client.send("CONNECT {" + std::string(options) + "}\r\n");
    client.take();
    return client;
  }

  void advance_ms(int64_t ms) {
    world().advance_ms(ms);
    EXPECT_TRUE(world().settle());
  }

 private:
  std::unique_ptr<sim::World> world_;
};

}  // namespace antiphon
