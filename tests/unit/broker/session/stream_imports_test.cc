// Streams that accounts share: they arrive under the names that imports give them.
#include "tests/unit/broker/session/sharing_scene.h"

namespace antiphon {
namespace {

class StreamImports : public SharingScene {};

TEST_F(StreamImports, AnImportedStreamArrivesUnderItsNameHere) {
  ImportSettings prefixed = imported(kStream, "A", "b.*");
  prefixed.prefix = "from_a";
  share({account("A", {exported(kStream, ">")}, {}),
         account("B", {}, {imported(kStream, "A", "a"), imported(kStream, "A", "c.*.*", "x.$2.$1"),
                           prefixed})});
  SceneClient publisher = in(0);
  SceneClient reader = in(1, 1);
  reader.send("SUB > 1\r\nSUB a 2\r\nSUB x.2.* 3\r\nSUB from_a.b.q 4\r\nSUB b.q 5\r\n");
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\nMSG a 2 1\r\nx\r\n");
  publisher.send("PUB c.1.2 re 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG x.2.1 1 re 1\r\nx\r\nMSG x.2.1 3 re 1\r\nx\r\n");
  publisher.send("HPUB b.q 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
  EXPECT_EQ(reader.take(),
            "HMSG from_a.b.q 4 12 13\r\nNATS/1.0\r\n\r\nx\r\n"
            "HMSG from_a.b.q 1 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
  publisher.send("PUB d 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "");
  // And nothing goes the other way.
  publisher.send("SUB > 1\r\n");
  reader.send("PUB a 1\r\nx\r\nPUB x.2.1 1\r\nx\r\n");
  EXPECT_EQ(publisher.take(), "");
}

TEST_F(StreamImports, TokensMayChangePlacesWhereThePatternStaysTheSame) {
  share({account("A", {exported(kStream, "*.*")}, {}),
         account("B", {}, {imported(kStream, "A", "*.*", "$2.$1")})});
  SceneClient publisher = in(0);
  SceneClient reader = in(1, 1);
  reader.send("SUB *.* 1\r\nSUB two.> 2\r\nSUB one.* 3\r\n");
  publisher.send("PUB one.two 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG two.one 1 1\r\nx\r\nMSG two.one 2 1\r\nx\r\n");
}

TEST_F(StreamImports, AMaximumCountsWhatArrivesByImportsToo) {
  share({account("A", {exported(kStream, "a.>")}, {}),
         account("B", {}, {imported(kStream, "A", "a.>"), imported(kStream, "A", "a.x")})});
  SceneClient publisher = in(0);
  SceneClient reader = in(1, 1);
  reader.send("SUB a.* 1\r\nUNSUB 1 3\r\n");
  publisher.send("PUB a.b 1\r\n1\r\n");
  in(1).send("PUB a.b 1\r\n2\r\n");
  // Both imports bring the third; the second of them is one too many.
  publisher.send("PUB a.x 1\r\n3\r\nPUB a.b 1\r\n4\r\n");
  EXPECT_EQ(reader.take(), "MSG a.b 1 1\r\n1\r\nMSG a.b 1 1\r\n2\r\nMSG a.x 1 1\r\n3\r\n");
  EXPECT_TRUE(shard(1).account(AccountId{2}).shadows.empty());
  EXPECT_EQ(shard(1).account(AccountId{1}).sublist.counters().subscriptions, 0u);
}

TEST_F(StreamImports, UnsubscribingAndLeavingTakeTheShadowsAlong) {
  share({account("A", {exported(kStream, "a.>")}, {}),
         account("B", {}, {imported(kStream, "A", "a.>")})});
  SceneClient publisher = in(0);
  publisher.send("SUB inbox 9\r\n");
  SceneClient reader = in(1, 1);
  reader.send("SUB a.b 1\r\nSUB a.b q 2\r\n");
  EXPECT_EQ(publisher.ask("PUB a.b inbox 1\r\nx\r\n"), "");
  EXPECT_EQ(reader.take().size(), 2 * std::string("MSG a.b 1 inbox 1\r\nx\r\n").size());
  reader.send("UNSUB 1\r\nPING\r\n");
  EXPECT_EQ(reader.take(), "PONG\r\n");
  publisher.send("PUB a.b 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG a.b 2 1\r\nx\r\n");
  reader.close();
  EXPECT_EQ(publisher.ask("PUB a.b inbox 1\r\nx\r\n"),
            "HMSG inbox 9 35 35\r\nNATS/1.0 503\r\nNats-Subject: a.b\r\n\r\n\r\n");
  EXPECT_EQ(shard(1).account(AccountId{1}).sublist.counters().subscriptions, 0u);
}

TEST_F(StreamImports, ManyReadersOfAnImportedSubjectAllGetIt) {
  share({account("A", {exported(kStream, "a")}, {}),
         account("B", {}, {imported(kStream, "A", "a", "b")})});
  SceneClient publisher = in(0);
  std::vector<SceneClient> readers;
  for (uint32_t i = 0; i < 24; ++i) {
    readers.push_back(in(i % 2, static_cast<uint16_t>(i / 2 % 2)));
    readers.back().send(i % 2 == 0 ? "SUB a 1\r\n" : "SUB b 1\r\n");
  }
  publisher.send("PUB a 1\r\nx\r\nPUB a 1\r\ny\r\n");
  for (uint32_t i = 0; i < readers.size(); ++i) {
    const std::string name = i % 2 == 0 ? "a" : "b";
    EXPECT_EQ(readers[i].take(), "MSG " + name + " 1 1\r\nx\r\nMSG " + name + " 1 1\r\ny\r\n");
  }
}

TEST_F(StreamImports, AReloadGivesAndTakesStreams) {
  share({account("A", {exported(kStream, ">")}, {})});
  SceneClient publisher = in(0);
  SceneClient reader = in(1, 1);
  reader.send("SUB > 1\r\n");
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "");
  reload({account("A", {exported(kStream, ">")}, {}),
          account("B", {}, {imported(kStream, "A", "a")})});
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG a 1 1\r\nx\r\n");
  reload({account("A", {exported(kStream, ">")}, {}),
          account("B", {}, {imported(kStream, "A", "a", "b")})});
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "MSG b 1 1\r\nx\r\n");
  // The importer says the same, but the exporter has changed its mind.
  reload({account("A", {exported(kStream, "z")}, {}),
          account("B", {}, {imported(kStream, "A", "a", "b")})});
  publisher.send("PUB a 1\r\nx\r\n");
  EXPECT_EQ(reader.take(), "");
}

}  // namespace
}  // namespace antiphon
