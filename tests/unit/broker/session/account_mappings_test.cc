// Mappings of accounts: where messages of their clients go instead.
#include "tests/unit/broker/session/sharing_scene.h"

namespace antiphon {
namespace {

class AccountMappings : public ServicesScene {};

TEST_F(AccountMappings, MappedSubjectsGoWhereTheMappingSays) {
  share({account("A", {}, {}, {{"a.*", {{"b.$1", 100}}}, {"lost", {{"lost", 0}}}})});
  SceneClient client = in(0);
  SceneClient reader = in(0, 1);
  reader.send("SUB > 1\r\n");
  client.send("PUB a.x 1\r\n1\r\nPUB c 1\r\n2\r\nPUB lost 1\r\n3\r\nPUB b.y 1\r\n4\r\n");
  EXPECT_EQ(reader.take(), "MSG b.x 1 1\r\n1\r\nMSG c 1 1\r\n2\r\nMSG b.y 1 1\r\n4\r\n");
}

TEST_F(AccountMappings, APedanticClientIsToldOfTheSubjectThatItWrote) {
  share({account("A", {}, {}, {{"lost", {{"lost", 0}}}})});
  SceneClient client = in(0, 0, R"(,"pedantic":true)");
  EXPECT_EQ(client.ask("PUB lost 1\r\n1\r\n"), "");
  EXPECT_EQ(client.ask("PUB a..b 1\r\n2\r\n"), "-ERR 'Invalid Publish Subject'\r\n");
}

TEST_F(AccountMappings, WeightsShareTheMessagesOut) {
  share({account("A", {}, {}, {{"a", {{"b", 20}, {"c", 30}}}})});
  SceneClient client = in(0);
  std::string burst;
  for (int i = 0; i < 4000; ++i) burst += "PUB a 0\r\n\r\n";
  std::map<std::string, int> counts;
  client.send("SUB * 1\r\n" + burst);
  const std::string got = client.take();
  for (size_t at = got.find("MSG "); at != got.npos; at = got.find("MSG ", at + 1)) {
    ++counts[got.substr(at + 4, 1)];
  }
  EXPECT_EQ(counts["a"] + counts["b"] + counts["c"], 4000);
  EXPECT_NEAR(counts["b"], 800, 150);
  EXPECT_NEAR(counts["c"], 1200, 150);
}

TEST_F(AccountMappings, ARequestFollowsTheMappingsOfBothSides) {
  share({account("A", {exported(kService, "help.>")}, {}, {{"help.x", {{"real.x", 100}}}}),
         account("B", {}, {imported(kService, "A", "help.>")}, {{"ask", {{"help.x", 100}}}})});
  SceneClient responder = in(0, 1);
  SceneClient asker = in(1, 0);
  responder.send("SUB real.x 1\r\n");
  asker.send("SUB inbox 7\r\nPUB ask inbox 1\r\nx\r\n");
  responder.send(answer(responder.take(), "y"));
  EXPECT_EQ(asker.take(), "MSG inbox 7 1\r\ny\r\n");
}

TEST_F(AccountMappings, AnAnswerFollowsTheMappingsOfWhoeverAsked) {
  share({account("A", {exported(kService, "help")}, {}),
         account("B", {}, {imported(kService, "A", "help")},
                 {{"inbox.*", {{"box.$1", 100}}}, {"lost", {{"lost", 0}}}})});
  for (const uint16_t asker_shard : {0, 1}) {
    SceneClient responder = in(0, 0);
    SceneClient asker = in(1, asker_shard);
    responder.send("SUB help 1\r\n");
    asker.send("SUB > 7\r\nPUB help inbox.x 1\r\nx\r\nPUB help lost 1\r\nx\r\n");
    asker.take();
    const std::string requests = responder.take();
    responder.send(answer(requests, "y") + answer(requests.substr(requests.rfind("HMSG")), "z"));
    EXPECT_EQ(asker.take(), "MSG box.x 7 1\r\ny\r\n");
    for (SceneClient* client : {&responder, &asker}) client->close();
  }
}

TEST_F(AccountMappings, ARingThatMappingsCloseEnds) {
  // By what the settings say a's requests stay in B; its mapping sends them back to A's import.
  share({account("A", {exported(kService, "in.a")}, {imported(kService, "B", "in.b", "out.a")},
                 {{"in.a", {{"out.a", 100}}}}),
         account("B", {exported(kService, "in.b")}, {imported(kService, "A", "in.a", "out.b")},
                 {{"in.b", {{"out.b", 100}}}})});
  SceneClient asker = in(0);
  EXPECT_EQ(asker.ask("SUB inbox 7\r\nPUB out.a inbox 1\r\nx\r\n").substr(0, 13), "HMSG inbox 7 ");
  EXPECT_EQ(replies_of("A") + replies_of("B"), 0u);
}

}  // namespace
}  // namespace antiphon
