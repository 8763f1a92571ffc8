#include "federation/names/server_lookup.h"

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <future>

#include "broker/runtime/clock.h"
#include "federation/names/dns_source.h"

namespace antiphon::federation {
namespace {

constexpr std::chrono::seconds kDeadline(30);

// A DNS server that takes questions and never answers.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.get(), any, sizeof address), 0);
    EXPECT_EQ(::getsockname(socket_.get(), any, &bytes), 0);
    text_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  const std::string& text() const { return text_; }
  bool is_asked() const {
    pollfd watched{socket_.get(), POLLIN, 0};
    return ::poll(&watched, 1, 10'000) == 1;
  }

 private:
  UniqueDescriptor socket_;
  std::string text_;
};

TEST(ServerLookup, AnswersOnItsOwnThread) {
  ServerLookup lookup("", 1);
  std::promise<absl::StatusOr<FoundServers>> said;
  std::thread::id answered_by;
  lookup.ask({{"127.0.0.1:4222"}, {}, {}}, [&](absl::StatusOr<FoundServers> found) {
    answered_by = std::this_thread::get_id();
    said.set_value(std::move(found));
  });
  auto future = said.get_future();
  ASSERT_EQ(future.wait_for(kDeadline), std::future_status::ready);
  const auto found = future.get();
  ASSERT_TRUE(found.ok()) << found.status();
  ASSERT_EQ(found->servers.size(), 1u);
  EXPECT_TRUE(found->servers[0].is_ipv4_loopback());
  EXPECT_NE(answered_by, std::this_thread::get_id());
}

TEST(ServerLookup, IsOverAtOnceWhateverItWaitsFor) {
  const SilentServer silent;
  bool answered_well = false;
  const int64_t begin_ms = steady_now().ms();
  {
    ServerLookup lookup(silent.text(), 1);
    for (int i = 0; i < 2; ++i) {
      lookup.ask({{}, {"_mcollective-server._tcp.example.net"}, {"puppet.example.net"}},
                 [&](absl::StatusOr<FoundServers> found) { answered_well |= found.ok(); });
    }
    ASSERT_TRUE(silent.is_asked());
  }
  EXPECT_LT(steady_now().ms() - begin_ms, DnsSource::kAnswerMsMax);
  EXPECT_FALSE(answered_well);
}

TEST(ServerLookup, NamesServersThatAreNone) {
  ServerLookup lookup("no address", 1);
  std::promise<std::string> said;
  lookup.ask({{"a.example.net"}, {}, {}}, [&](absl::StatusOr<FoundServers> found) {
    said.set_value(std::string(found.status().message()));
  });
  EXPECT_NE(said.get_future().get(), "");
}

}  // namespace
}  // namespace antiphon::federation
