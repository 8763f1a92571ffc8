// Fuzzes what a client says in every state of its connection, against a shard with a witness on it.
//
// INPUT: the state (a byte), then what the client sends, in reads that a byte 0xFF divides.
// CHECKED: the shard becomes quiet; who has not logged in, or does not any more, reaches nobody; the
// witness is served afterwards.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "broker/runtime/work_pool.h"
#include "broker/session/close.h"
#include "protocol/bytes/check.h"
#include "tests/sim/world.h"

namespace antiphon {
namespace {

enum class State : uint8_t {
  kOpenServer,     // nobody has to log in, and it has said nothing yet
  kBeforeLogin,    // it has to
  kLoginWaits,     // another thread judges it, and never comes to an end
  kLoggedIn,
  kLoggedInOpen,   // on the open server
  kClosing,        // the server has closed it, its bytes are still on the way
  kHasLeft,        // it closed its own direction behind them
  kCount,
};

// Nothing that a fuzzer would hit upon.
constexpr std::string_view kPassword = "R7tVqg2mXc0Zb9NfLwYs";
constexpr char kNextRead = '\xFF';

bool is_open(State state) { return state == State::kOpenServer || state == State::kLoggedInOpen; }

std::string login() {
  return "CONNECT {\"user\":\"joe\",\"pass\":\"" + std::string(kPassword) + "\",\"verbose\":false}\r\n";
}

class Stage {
 public:
  explicit Stage(State state) : state_(state), pool_(0), world_(settings_for(state, &pool_)) {
    witness_ = join();
    send(*witness_, (is_open(state) ? std::string("CONNECT {\"verbose\":false}\r\n") : login()) +
                        "SUB > 1\r\nPING\r\n");
    AP_CHECK(take(*witness_).ends_with("PONG\r\n"));
    client_ = join();
    take(*client_);
    prepare();
  }

  void play(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::string_view read = bytes.substr(0, bytes.find(kNextRead));
      send(*client_, read);
      bytes.remove_prefix(std::min(read.size() + 1, bytes.size()));
    }
    if (state_ == State::kHasLeft) {
      client_->pipe->close();
      AP_CHECK(world_.settle());
    }
    if (is_stranger()) AP_CHECK(take(*witness_).empty());
    take(*witness_);
    // It may have published where nobody has to log in; what it left unfinished concerns nobody.
    send(*witness_, "PUB witness 1\r\nx\r\nPING\r\n");
    AP_CHECK(take(*witness_).ends_with("MSG witness 1 1\r\nx\r\nPONG\r\n"));
    world_.advance_ms(300'000);  // its clocks run out, and it is looked at again
    AP_CHECK(world_.settle());
  }

 private:
  static sim::WorldSettings settings_for(State state, WorkPool* pool) {
    AuthSettings users;
    if (!is_open(state)) users.users = {{"joe", std::string(kPassword)}};
    // A hash of bcrypt takes a thread of the pool, which has none.
    if (state == State::kLoginWaits) {
      users.users.push_back({"slow", "$2a$04$" + std::string(53, 'a')});
    }
    sim::WorldSettings settings;
    settings.session.authenticator = make_authenticator(std::move(users));
    settings.slow_work = pool;
    return settings;
  }

  void prepare() {
    switch (state_) {
      case State::kLoginWaits:
        send(*client_, "CONNECT {\"user\":\"slow\",\"pass\":\"x\"}\r\n");
        break;
      case State::kLoggedIn: send(*client_, login()); break;
      case State::kLoggedInOpen: send(*client_, "CONNECT {}\r\n"); break;
      case State::kClosing:
        close_session(world_.shard(0), *world_.session(*client_), CloseReason::kServerShutdown);
        break;
      default: break;
    }
  }

  bool is_stranger() const {
    return state_ == State::kBeforeLogin || state_ == State::kLoginWaits ||
           state_ == State::kClosing || state_ == State::kHasLeft;
  }

  std::shared_ptr<sim::Connection> join() {
    auto connection = world_.connect(0);
    AP_CHECK(world_.settle());
    return connection;
  }
  void send(sim::Connection& connection, std::string_view bytes) {
    connection.pipe->arrive(bytes);
    AP_CHECK(world_.settle());
  }
  static std::string take(sim::Connection& connection) {
    return connection.pipe->take(SIZE_MAX, SIZE_MAX);
  }

  const State state_;
  WorkPool pool_;
  sim::World world_;
  std::shared_ptr<sim::Connection> witness_;
  std::shared_ptr<sim::Connection> client_;
};

}  // namespace
}  // namespace antiphon

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kInputBytesMax = 1 << 16;
  if (size == 0 || size > kInputBytesMax) return 0;
  const auto states = static_cast<uint8_t>(antiphon::State::kCount);
  antiphon::Stage stage(static_cast<antiphon::State>(data[0] % states));
  stage.play({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
