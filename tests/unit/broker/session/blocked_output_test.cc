#include "broker/session/blocked_output.h"

#include "tests/unit/broker/session/scene.h"

namespace antiphon {
namespace {

class BlockedOutputTest : public Scene {
 protected:
  // A reader of "a" whose socket takes nothing.
  SceneClient full_reader() {
    SceneClient reader = client();
    reader.send("SUB a 1\r\n");
    reader.pipe().room = 0;
    return reader;
  }
};

TEST_F(BlockedOutputTest, AmongFewSessionsTheKernelKeepsWhatItLikes) {
  SceneClient reader = full_reader();
  client().send("PUB a 2\r\nhi\r\n");
  EXPECT_TRUE(reader.session().write_blocked);
  EXPECT_FALSE(reader.session().unsent_is_limited);
}

TEST_F(BlockedOutputTest, AmongManyOneThatBlocksIsLimited) {
  std::vector<SceneClient> idle;
  for (int i = 0; i < 64; ++i) idle.push_back(client());
  SceneClient reader = full_reader();
  client().send("PUB a 2\r\nhi\r\n");
  EXPECT_TRUE(reader.session().unsent_is_limited);
  EXPECT_FALSE(idle.front().session().unsent_is_limited);
}

}  // namespace
}  // namespace antiphon
