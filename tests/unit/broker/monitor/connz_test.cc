#include "broker/monitor/connz.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

Page page_of(FakeServer& server, std::string_view arguments) {
  return connz_page(server, Query(arguments));
}

Json connz_of(FakeServer& server, std::string_view arguments) {
  const Page page = page_of(server, arguments);
  EXPECT_EQ(page.status, 200u) << arguments;
  return Json::parse(page.body);
}

Names names_of(const Json& connz) {
  Names names;
  for (const Json& connection : connz["connections"]) names.push_back(connection["name"]);
  return names;
}

Names names_of(FakeServer& server, std::string_view arguments) {
  return names_of(connz_of(server, arguments));
}

// Three clients, each with more of everything than the one before.
class Connz : public testing::Test {
 protected:
  Connz() {
    for (uint64_t n = 0; n < 3; ++n) {
      Session& session = server_.connect("c" + std::to_string(n));
      for (uint64_t i = 0; i <= n; ++i) {
        server_.subscribe(session, "s." + std::to_string(n) + "." + std::to_string(i),
                          std::to_string(i));
      }
      session.received = {n + 1, 10 * (n + 1)};
      session.sent = {n + 1, 10 * (n + 1)};
      session.last_activity_ns += static_cast<int64_t>(n);
      session.start_ns += static_cast<int64_t>(n);
      session.rtt_ns = static_cast<int64_t>(1'000 * (n + 1));
      session.details->user = n == 2 ? "ann" : "joe";
    }
  }

  FakeServer server_;
};

struct OrderCase {
  const char* sort;
  Names names;
};

TEST_F(Connz, SortsByWhatIsAskedFor) {
  const Names rising{"c0", "c1", "c2"};
  const Names falling{"c2", "c1", "c0"};
  for (const OrderCase& order : {OrderCase{"", rising},
                                 {"cid", rising},
                                 {"start", rising},
                                 {"idle", rising},
                                 {"subs", falling},
                                 {"msgs_to", falling},
                                 {"msgs_from", falling},
                                 {"bytes_to", falling},
                                 {"bytes_from", falling},
                                 {"last", falling},
                                 {"uptime", falling},
                                 {"rtt", falling},
                                 // All equal.
                                 {"pending", rising}}) {
    EXPECT_EQ(names_of(server_, std::string("sort=") + order.sort), order.names) << order.sort;
  }
}

TEST_F(Connz, SortsByPendingBytes) {
  BufferPool pool;
  server_.sessions_[1].out.append(pool, "waiting");
  EXPECT_EQ(names_of(server_, "sort=pending"), (Names{"c1", "c0", "c2"}));
  EXPECT_EQ(connz_of(server_, "cid=2")["connections"][0]["pending_bytes"], 7);
  server_.sessions_[1].out.clear(pool);
}

TEST_F(Connz, SortsClosedOnesByEndAndReason) {
  server_.keep_as_closed(server_.sessions_[0], CloseReason::kStaleConnection);
  server_.keep_as_closed(server_.sessions_[1], CloseReason::kClientClosed);
  EXPECT_EQ(names_of(server_, "state=closed&sort=stop"), (Names{"c1", "c0"}));
  EXPECT_EQ(names_of(server_, "state=closed&sort=reason"), (Names{"c1", "c0"}));
  EXPECT_EQ(names_of(server_, "state=CLOSED"), (Names{"c0", "c1"}));
}

struct BadQuery {
  const char* arguments;
  const char* text;
};

// The texts are those of nats-server 2.15.2.
TEST_F(Connz, AnswersBadArgumentsWithNatsServersTexts) {
  for (const BadQuery& bad :
       {BadQuery{"sort=nosuch", "invalid sorting option: nosuch"},
        {"sort=CID", "invalid sorting option: CID"},
        {"sort=stop", "sort by stop only valid on closed connections"},
        {"sort=reason&state=any", "sort by reason only valid on closed connections"},
        {"state=asleep", "Error decoding state for asleep"},
        {"subs=all",
         "Error decoding boolean for 'subs': strconv.ParseBool: parsing \"all\": invalid syntax"},
        {"cid=+1",
         "Error decoding uint64 for 'cid': strconv.ParseUint: parsing \" 1\": invalid syntax"},
        {"limit=x&limit=3",
         "Error decoding int for 'limit': strconv.Atoi: parsing \"x\": invalid syntax"},
        // The order of reading: auth, subs, offset, limit, cid, state, sort.
        {"sort=nosuch&state=asleep", "Error decoding state for asleep"},
        {"limit=x&offset=y",
         "Error decoding int for 'offset': strconv.Atoi: parsing \"y\": invalid syntax"}}) {
    const Page page = page_of(server_, bad.arguments);
    EXPECT_EQ(page.status, 400u) << bad.arguments;
    EXPECT_EQ(page.body, bad.text);
    EXPECT_EQ(page.content_type, "text/plain; charset=utf-8");
    EXPECT_FALSE(page.any_origin);
  }
}

TEST_F(Connz, ShowsAPageOfThem) {
  const Json connz = connz_of(server_, "offset=1&limit=1");
  EXPECT_EQ(names_of(connz), Names{"c1"});
  EXPECT_EQ(connz["num_connections"], 1);
  EXPECT_EQ(connz["total"], 3);
  EXPECT_EQ(connz["offset"], 1);
  EXPECT_EQ(connz["limit"], 1);
  EXPECT_EQ(names_of(server_, "limit=1&sort=subs"), Names{"c2"});
  EXPECT_EQ(names_of(server_, "offset=2"), Names{"c2"});
  EXPECT_EQ(names_of(server_, "offset=3"), Names{});
}

TEST_F(Connz, TakesOddPagesForTheNearestSensibleOnes) {
  for (const char* arguments : {"limit=0", "limit=-1", "limit="}) {
    const Json connz = connz_of(server_, arguments);
    EXPECT_EQ(connz["limit"], 1024) << arguments;
    EXPECT_EQ(connz["num_connections"], 3) << arguments;
  }
  EXPECT_EQ(connz_of(server_, "offset=-9")["offset"], 0);
  const Json past = connz_of(server_, "offset=9223372036854775807&limit=9223372036854775807");
  EXPECT_EQ(past["num_connections"], 0);
  EXPECT_EQ(past["offset"], INT64_MAX);
  const Json rest = connz_of(server_, "offset=1&limit=9223372036854775807");
  EXPECT_EQ(rest["num_connections"], 2);
}

TEST_F(Connz, FindsAConnectionByItsCid) {
  const Json found = connz_of(server_, "cid=2");
  EXPECT_EQ(names_of(found), Names{"c1"});
  EXPECT_EQ(found["limit"], 1);
  EXPECT_EQ(found["total"], 3);
  EXPECT_EQ(names_of(server_, "cid=99"), Names{});
  EXPECT_EQ(names_of(server_, "cid=18446744073709551615"), Names{});
  EXPECT_EQ(names_of(server_, "cid=2&user=ann"), Names{});
}

TEST_F(Connz, ChoosesByUser) {
  const Json connz = connz_of(server_, "user=joe");
  EXPECT_EQ(names_of(connz), (Names{"c0", "c1"}));
  EXPECT_EQ(connz["total"], 3);
  EXPECT_EQ(names_of(server_, "user=eve"), Names{});
}

TEST_F(Connz, ChoosesByAccount) {
  EXPECT_EQ(names_of(server_, "acc=$G"), (Names{"c0", "c1", "c2"}));
  const Json unknown = connz_of(server_, "acc=none");
  EXPECT_EQ(unknown["connections"], nullptr);
  EXPECT_EQ(unknown["server_id"], "");
  EXPECT_EQ(unknown["total"], 0);
}

TEST_F(Connz, CountsAClientBeforeItsConnectOnlyWhereItNeedsNoCredentials) {
  server_.connect().details = nullptr;
  EXPECT_EQ(connz_of(server_, "acc=$G")["total"], 4);
  server_.options_.authorization.token = "t0ken";
  EXPECT_EQ(connz_of(server_, "acc=$G")["total"], 3);
  EXPECT_EQ(connz_of(server_, "")["total"], 4);
}

TEST_F(Connz, HasNoMqttClients) {
  EXPECT_EQ(names_of(server_, "mqtt_client=x"), Names{});
}

TEST_F(Connz, ShowsUsersOnlyWhenAsked) {
  EXPECT_FALSE(connz_of(server_, "")["connections"][0].contains("authorized_user"));
  EXPECT_FALSE(connz_of(server_, "auth=0")["connections"][0].contains("authorized_user"));
  const Json shown = connz_of(server_, "auth=true")["connections"][0];
  EXPECT_EQ(shown["authorized_user"], "joe");
  EXPECT_EQ(shown["name_tag"], "$G");
  EXPECT_FALSE(shown.contains("account"));
}

TEST_F(Connz, ListsSubscriptions) {
  const Json listed = connz_of(server_, "subs=1&sort=subs&limit=1")["connections"][0];
  EXPECT_EQ(listed["subscriptions_list"], Json::array({"s.2.0", "s.2.1", "s.2.2"}));
  Subscription& limited = server_.subscribe(server_.sessions_[0], "q", "9", "workers");
  limited.max_messages = 10;
  limited.delivered = 4;
  const Json detail =
      connz_of(server_, "subs=DETAIL&cid=1")["connections"][0]["subscriptions_list_detail"][1];
  EXPECT_EQ(detail, Json({{"subject", "q"},
                          {"qgroup", "workers"},
                          {"sid", "9"},
                          {"msgs", 4},
                          {"max", 10},
                          {"cid", 1}}));
}

TEST_F(Connz, AsksOnlyTheConnectionsOfThePageForSubscriptions) {
  int walks = 0;
  server_.before_sessions_ = [&walks] { ++walks; };
  connz_of(server_, "subs=0");
  EXPECT_EQ(walks, 1);
  connz_of(server_, "subs=1&offset=9");
  EXPECT_EQ(walks, 2);
  connz_of(server_, "subs=1");
  EXPECT_EQ(walks, 4);
}

TEST_F(Connz, SurvivesAConnectionThatEndsBetweenTheTwoQuestions) {
  int walks = 0;
  server_.before_sessions_ = [&] {
    if (++walks == 2) server_.sessions_.pop_back();
  };
  const Json connz = connz_of(server_, "subs=1");
  EXPECT_EQ(names_of(connz), (Names{"c0", "c1", "c2"}));
  EXPECT_FALSE(connz["connections"][2].contains("subscriptions_list"));
}

TEST_F(Connz, ShowsOpenAndClosedOnesTogether) {
  server_.keep_as_closed(server_.sessions_[0], CloseReason::kClientClosed);
  server_.closed_[0].client_id = 77;
  const Json connz = connz_of(server_, "state=all");
  EXPECT_EQ(connz["total"], 4);
  EXPECT_EQ(connz["connections"][3]["cid"], 77);
  EXPECT_EQ(names_of(server_, "state=any&cid=77").size(), 1u);
  EXPECT_EQ(names_of(server_, "state=open&cid=77").size(), 0u);
  EXPECT_EQ(names_of(server_, "state=closed&cid=1").size(), 0u);
}

TEST_F(Connz, TellsHowAConnectionEnded) {
  server_.keep_as_closed(server_.sessions_[1], CloseReason::kSlowConsumerPendingBytes);
  const Json closed = connz_of(server_, "state=closed&subs=detail")["connections"][0];
  EXPECT_EQ(closed["reason"], "Slow Consumer (Pending Bytes)");
  EXPECT_EQ(closed["stop"], "2026-11-22T14:37:22.500000001Z");
  EXPECT_EQ(closed["uptime"], "1s");
  EXPECT_EQ(closed["subscriptions_list_detail"][0]["account"], "$G");
}

TEST_F(Connz, WritesStringsOfClientsSafely) {
  server_.sessions_[0].details->name = std::string("a\"</script>\n\xFF");
  const Page page = page_of(server_, "cid=1");
  EXPECT_EQ(page.body.find("</script>"), std::string::npos);
  EXPECT_EQ(Json::parse(page.body)["connections"][0]["name"], "a\"</script>\n\uFFFD");
}

TEST_F(Connz, ShowsWhereAClientIs) {
  const Json shown = connz_of(server_, "cid=1")["connections"][0];
  EXPECT_EQ(shown["ip"], "127.0.0.1");
  EXPECT_EQ(shown["port"], 40001);
  EXPECT_EQ(shown["rtt"], "1µs");
  EXPECT_EQ(shown["kind"], "Client");
  EXPECT_EQ(shown["type"], "nats");
}

TEST_F(Connz, ShowsTlsFirst) {
  server_.sessions_[0].tls_first = true;
  EXPECT_EQ(connz_of(server_, "cid=1")["connections"][0]["tls_first"], true);
  EXPECT_FALSE(connz_of(server_, "cid=2")["connections"][0].contains("tls_first"));
}

}  // namespace
}  // namespace antiphon
