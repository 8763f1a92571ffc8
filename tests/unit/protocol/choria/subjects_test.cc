#include "protocol/choria/subjects.h"

#include <gtest/gtest.h>

namespace antiphon::choria {
namespace {

TEST(ChoriaSubjects, AreBuiltFromTheirParts) {
  EXPECT_EQ(broadcast_subject("mcollective", "rpcutil"), "mcollective.broadcast.agent.rpcutil");
  EXPECT_EQ(service_subject("uk", "proxy"), "uk.broadcast.service.proxy");
  EXPECT_EQ(node_subject("mcollective", "web1.example.net"), "mcollective.node.web1.example.net");
  EXPECT_EQ(reply_subject("mcollective", "up=ginkgo", "abc"),
            "mcollective.reply.e33bf0376d4accbb4a8fd24b2f840b2e.abc");
  EXPECT_EQ(registration_subject("uk"), "uk.broadcast.agent.registration");
}

TEST(ChoriaSubjects, AreEmptyIfAPartCannotStandInASubject) {
  for (const std::string_view bad : {"", ".", "a..b", ".a", "a.", "a b", "a\tb", "a\nb", "*", "a.*",
                                     ">", "a>", "a\x7f", "a\r"}) {
    EXPECT_EQ(node_subject("mcollective", bad), "") << bad;
    EXPECT_EQ(node_subject(bad, "node"), "") << bad;
    EXPECT_EQ(broadcast_subject("mcollective", bad), "") << bad;
    EXPECT_EQ(service_subject(bad, "agent"), "") << bad;
    EXPECT_EQ(reply_subject("mcollective", "up=ginkgo", bad), "") << bad;
  }
  EXPECT_EQ(broadcast_subject("mcollective", "two.tokens"), "");
  EXPECT_EQ(broadcast_subject("two.tokens", "agent"), "");
}

TEST(ChoriaSubjects, AreRecognisedAgain) {
  using Kind = SubjectKind;
  EXPECT_EQ(recognise_subject("mcollective.broadcast.agent.rpcutil"),
            (SubjectParts{Kind::kBroadcast, "mcollective", "rpcutil", ""}));
  EXPECT_EQ(recognise_subject("uk.broadcast.service.proxy"),
            (SubjectParts{Kind::kService, "uk", "proxy", ""}));
  EXPECT_EQ(recognise_subject("mcollective.node.web1.example.net"),
            (SubjectParts{Kind::kNode, "mcollective", "web1.example.net", ""}));
  EXPECT_EQ(recognise_subject("uk.broadcast.agent.registration"),
            (SubjectParts{Kind::kRegistration, "uk", "registration", ""}));
  EXPECT_EQ(recognise_subject("m.reply.e33bf0376d4accbb4a8fd24b2f840b2e.abc.1"),
            (SubjectParts{Kind::kReply, "m", "e33bf0376d4accbb4a8fd24b2f840b2e", "abc.1"}));
  const std::string sha256(64, 'a');
  EXPECT_EQ(recognise_subject("m.reply." + sha256 + ".x")->kind, Kind::kReply);
}

TEST(ChoriaSubjects, OfOthersAreNotRecognised) {
  for (const std::string_view subject : {"",
                                         "m",
                                         "m.",
                                         ".node.x",
                                         "m.node",
                                         "m.node.",
                                         "m.node.a..b",
                                         "m.broadcast.agent",
                                         "m.broadcast.agent.a.b",
                                         "m.broadcast.other.a",
                                         "m.broadcast",
                                         "m.node.>",
                                         "m.node.*",
                                         "*.node.x",
                                         "m.reply.abc.d",
                                         "m.reply.e33bf0376d4accbb4a8fd24b2f840b2e",
                                         "m.reply.E33bf0376d4accbb4a8fd24b2f840b2e.x",
                                         "m.reply.e33bf0376d4accbb4a8fd24b2f840b2e.",
                                         "m.Node.x",
                                         "$SYS.REQ.x",
                                         "choria.lifecycle.event.startup.server"}) {
    EXPECT_EQ(recognise_subject(subject), std::nullopt) << subject;
  }
}

}  // namespace
}  // namespace antiphon::choria
