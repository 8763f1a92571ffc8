#include "federation/envelope/subject_rules.h"

#include <gtest/gtest.h>

#include "protocol/subject/subject.h"

namespace antiphon::federation {
namespace {

SubjectRules rules(std::vector<std::string> patterns) {
  auto made = SubjectRules::from(patterns);
  EXPECT_TRUE(made.ok()) << made.status();
  return *std::move(made);
}

TEST(SubjectRules, TheDefaultsAreAgentsServicesAndNodes) {
  const SubjectRules targets = SubjectRules::targets_default();
  for (const char* subject :
       {"mcollective.broadcast.agent.rpcutil", "mcollective.broadcast.service.aaa_signer",
        "mcollective.node.web1", "de.node.web1.example.net", "choria.node.a.b.c.d.e",
        "choria.broadcast.agent.discovery"}) {
    EXPECT_TRUE(targets.allows(subject)) << subject;
  }
  for (const char* subject :
       {"", ".", "node", "node.web1", "mcollective.node", "mcollective.node.", ".node.web1",
        "mcollective.nodes.web1", "mcollective.node.web1.", "mcollective.node..web1",
        "mcollective.broadcast.agent.a.b", "mcollective.broadcast.agent", "mcollective.reply.h.i",
        "mcollective.broadcast.agent.", "x.y.node.web1", "choria.lifecycle.event.startup.a",
        "mcollective.node.*", "mcollective.node.>", "*.node.a", "mcollective.node.a b",
        "mcollective.node.a\r\nPUB x 0", "mcollective.node.a\t", "choria.streams.x"}) {
    EXPECT_FALSE(targets.allows(subject)) << subject;
  }
}

TEST(SubjectRules, RepliesGoToReplySubjectsOnly) {
  const SubjectRules replies = SubjectRules::replies_default();
  EXPECT_TRUE(replies.allows("mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e"));
  EXPECT_TRUE(replies.allows("mcollective.reply.abc"));
  for (const char* subject : {"dev.null", "mcollective.node.web1", "choria.federation.dc1.collective",
                              "mcollective.broadcast.agent.rpcutil", "mcollective.reply", "$JS.reply.x"}) {
    EXPECT_FALSE(replies.allows(subject)) << subject;
  }
}

TEST(SubjectRules, NothingGoesToFederationBrokersOrToTheBrokersOwnSubjects) {
  const SubjectRules any = rules({">", "*.federation.>", "*.*.*.*"});
  EXPECT_TRUE(any.allows("choria.other.x"));
  for (const char* subject : {"choria.federation.dc1.federation", "choria.federation.dc1.collective",
                              "choria.federation.x", "$SYS.REQ.ACCOUNT.PING", "$KV.node.x"}) {
    EXPECT_FALSE(any.allows(subject)) << subject;
  }
}

TEST(SubjectRules, PatternsThatCannotBeMeantAreRefused) {
  for (const char* pattern : {"", "a..b", "a.>.b", "a b", "choria.federation.>", "$JS.>"}) {
    const std::vector<std::string> patterns = {pattern};
    EXPECT_FALSE(SubjectRules::from(patterns).ok()) << pattern;
  }
  const std::vector<std::string> many(kSubjectPatternsMax + 1, "a.b");
  EXPECT_FALSE(SubjectRules::from(many).ok());
}

// The quick way for usual patterns gives the same answer as the slow one for all.
TEST(SubjectRules, AgreeWithTheGeneralMatcher) {
  const char* patterns[] = {"*.node.>", "dc1.node.*",   "*.a.b.*", "dc1.*.*", "*.*.>",
                            "dc1.node.web1", "*.>", ">", "dc1.*.node.>", "*.node.web1"};
  const char* subjects[] = {"dc1",         "dc1.node",   "dc1.node.web1", "dc1.node.web1.net",
                            "dc2.node.web1", "dc1.a.b.c", "x.a.b.c.d",    "x.a.b",
                            "dc1.x.node.y", "dc1.x.y",   "x.nodes.y",     "x.y.z"};
  for (const char* pattern : patterns) {
    for (const char* subject : subjects) {
      const bool one_token = std::string_view(subject).find('.') == std::string_view::npos;
      EXPECT_EQ(rules({pattern}).allows(subject), !one_token && subject_matches(pattern, subject))
          << pattern << " " << subject;
    }
  }
}

}  // namespace
}  // namespace antiphon::federation
