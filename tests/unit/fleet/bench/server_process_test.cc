#include "fleet/bench/server_process.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

namespace antiphon::fleet::bench {
namespace {

// A shell function that takes the flags as nats-server does: $6 is the ports directory, $8 the pid
// file.
const std::string kShellServer =
    R"(sh -c 'echo $$ > $8; echo "{\"nats\":[\"nats://127.0.0.1:4711\"]}" > $6/x_1.ports; )"
    R"(exec sleep 60' sh)";

TEST(BenchServerProcess, LearnsPidAndPortAndEndsTheServerWithItself) {
  pid_t pid = -1;
  {
    auto server = ServerProcess::start(kShellServer, nullptr);
    ASSERT_TRUE(server.ok()) << server.status().message();
    pid = (*server)->pid();
    EXPECT_EQ((*server)->port(), 4711);
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(BenchServerProcess, AServerThatEndsAtOnceIsAnErrorWithWhatItSaid) {
  const auto server = ServerProcess::start("sh -c 'echo no such port; exit 1'", nullptr);
  ASSERT_FALSE(server.ok());
  EXPECT_NE(std::string(server.status().message()).find("no such port"), std::string::npos);
}

TEST(BenchServerProcess, TlsFilesArePassedOn) {
  const TlsFiles tls{"/ca", "/server.pem", "/server.key", "/client.pem", "/client.key"};
  const auto server = ServerProcess::start("sh -c 'echo \"$*\"; exit 1' sh", &tls);
  ASSERT_FALSE(server.ok());
  EXPECT_NE(std::string(server.status().message())
                .find("--tlsverify --tlscert /server.pem --tlskey /server.key --tlscacert /ca"),
            std::string::npos)
      << server.status().message();
}

}  // namespace
}  // namespace antiphon::fleet::bench
