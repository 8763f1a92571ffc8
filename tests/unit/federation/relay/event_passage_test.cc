#include "federation/relay/event_passage.h"

#include <gtest/gtest.h>

#include <string>

#include "federation/envelope/subject_rules.h"

namespace antiphon::federation {
namespace {

struct EventPassageTest : testing::Test {
  static RelaySettings settings() {
    RelaySettings made;
    made.cluster = "dc1";
    made.events_per_s = 2;
    made.limits.message_bytes_max = 1000;
    made.queue_bytes_max = 4000;
    return made;
  }
  Refusal take(std::string_view subject, size_t bytes, uint64_t pending = 0, bool is_open = true) {
    return passage.take(subject, bytes, {is_open, 500, pending, pressure}, 1000);
  }

  BackPressure pressure{4000, 100};
  EventPassage passage{settings()};
};

TEST_F(EventPassageTest, GoesUpUnderTheNameOfItsCluster) {
  EXPECT_EQ(take("choria.machine.x", 10), Refusal::kNone);
  EXPECT_EQ(passage.subject(), "federated.dc1.choria.machine.x");
  EXPECT_EQ(passage.counts().forwarded, 1u);
}

TEST_F(EventPassageTest, EachReasonIsCounted) {
  EXPECT_EQ(take("federated.x", 1), Refusal::kLoop);
  EXPECT_EQ(take("a", 1, 0, false), Refusal::kLinkDown);
  EXPECT_EQ(take("a", 501), Refusal::kOversize);
  EXPECT_EQ(take(std::string(kPublishedSubjectBytesMax + 1, 'a'), 1), Refusal::kTextTooLong);
  EXPECT_EQ(take("a", 1, 990), Refusal::kQueueFull) << "a quarter of the queue is for events";
  EXPECT_EQ(take("a", 1), Refusal::kNone);
  EXPECT_EQ(take("a", 1), Refusal::kNone);
  EXPECT_EQ(take("a", 1), Refusal::kRateLimited) << "what was refused did not count";
  EXPECT_EQ(passage.counts().received, 8u);
  for (const Refusal reason : {Refusal::kLoop, Refusal::kLinkDown, Refusal::kOversize, Refusal::kQueueFull,
                               Refusal::kRateLimited, Refusal::kTextTooLong}) {
    EXPECT_EQ(passage.counts().refused[static_cast<size_t>(reason)], 1u) << refusal_name(reason);
  }
}

TEST_F(EventPassageTest, ALargeOnePassesWhereNothingWaits) {
  RelaySettings small = settings();
  small.queue_bytes_max = 1000;
  EventPassage narrow(small);
  const EventPassage::Room room{true, 500, 0, pressure};
  EXPECT_EQ(narrow.take("a", 400, room, 1000), Refusal::kNone);
}

}  // namespace
}  // namespace antiphon::federation
