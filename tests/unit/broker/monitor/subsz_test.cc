#include "broker/monitor/subsz.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

using Json = nlohmann::json;
using Subjects = std::vector<std::string>;

Json subsz_of(FakeServer& server, std::string_view arguments) {
  const Page page = subsz_page(server, Query(arguments));
  EXPECT_EQ(page.status, 200u) << arguments;
  return Json::parse(page.body);
}

Subjects subjects_of(const Json& subsz) {
  Subjects subjects;
  if (!subsz.contains("subscriptions_list")) return subjects;
  for (const Json& shown : subsz["subscriptions_list"]) subjects.push_back(shown["subject"]);
  return subjects;
}

// Two clients with three and two subscriptions, and one without.
class Subsz : public testing::Test {
 protected:
  Subsz() {
    Session& a = server_.connect("a");
    server_.subscribe(a, "one.foo", "1");
    server_.subscribe(a, "one.*", "2", "q");
    server_.subscribe(a, "two", "3");
    server_.connect("none");
    Session& b = server_.connect("b");
    server_.subscribe(b, "one.>", "1");
    server_.subscribe(b, "three", "2");
  }
  Subjects subjects(std::string_view arguments) {
    return subjects_of(subsz_of(server_, arguments));
  }

  FakeServer server_;
};

TEST_F(Subsz, AddsUpTheSublists) {
  server_.shards_.resize(2);
  server_.shards_[0].sublist = {5, 8, 3, 10, 4};
  server_.shards_[1].sublist = {1, 1, 0, 10, 1};
  server_.shards_[0].cached_matches = 2;
  server_.shards_[0].cached_fanout_max = 3;
  server_.shards_[0].cached_fanout_sum = 4;
  server_.shards_[1].cached_matches = 2;
  server_.shards_[1].cached_fanout_max = 1;
  server_.shards_[1].cached_fanout_sum = 1;
  const Json subsz = subsz_of(server_, "");
  EXPECT_EQ(subsz["num_subscriptions"], 6);
  EXPECT_EQ(subsz["num_inserts"], 9);
  EXPECT_EQ(subsz["num_removes"], 3);
  EXPECT_EQ(subsz["num_matches"], 20);
  EXPECT_EQ(subsz["num_cache"], 4);
  EXPECT_EQ(subsz["cache_hit_rate"], 0.25);
  EXPECT_EQ(subsz["max_fanout"], 3);
  EXPECT_EQ(subsz["avg_fanout"], 1.25);
  EXPECT_EQ(subsz["total"], 0);
  EXPECT_EQ(subsz["limit"], 1024);
}

TEST_F(Subsz, ListsSubscriptionsOnlyWhenAsked) {
  EXPECT_EQ(subjects(""), Subjects{});
  EXPECT_EQ(subjects("test=two"), Subjects{});
  const Json subsz = subsz_of(server_, "subs=1");
  EXPECT_EQ(subjects_of(subsz), (Subjects{"one.foo", "one.*", "two", "one.>", "three"}));
  EXPECT_EQ(subsz["total"], 5);
  EXPECT_EQ(subsz["subscriptions_list"][1], Json({{"account", "$G"},
                                                  {"account_tag", "$G"},
                                                  {"subject", "one.*"},
                                                  {"qgroup", "q"},
                                                  {"sid", "2"},
                                                  {"msgs", 0},
                                                  {"cid", 1}}));
}

TEST_F(Subsz, ShowsEveryPageOfThem) {
  const Subjects all = subjects("subs=1");
  for (size_t offset = 0; offset <= all.size() + 1; ++offset) {
    for (size_t limit = 1; limit <= all.size() + 1; ++limit) {
      const Json subsz = subsz_of(
          server_, "subs=1&offset=" + std::to_string(offset) + "&limit=" + std::to_string(limit));
      const size_t first = std::min(offset, all.size());
      const size_t last = std::min(first + limit, all.size());
      EXPECT_EQ(subjects_of(subsz), Subjects(all.begin() + static_cast<std::ptrdiff_t>(first),
                                             all.begin() + static_cast<std::ptrdiff_t>(last)))
          << offset << " " << limit;
      EXPECT_EQ(subsz["total"], 5);
    }
  }
}

TEST_F(Subsz, SurvivesHugePages) {
  EXPECT_EQ(subjects("subs=1&offset=9223372036854775807&limit=9223372036854775807"), Subjects{});
  EXPECT_EQ(subjects("subs=1&offset=4&limit=9223372036854775807"), Subjects{"three"});
  EXPECT_EQ(subjects("subs=1&offset=1&limit=9223372036854775807&test=one.foo").size(), 2u);
}

TEST_F(Subsz, ShowsWhoWouldGetAMessage) {
  EXPECT_EQ(subjects("subs=1&test=one.foo"), (Subjects{"one.foo", "one.*", "one.>"}));
  EXPECT_EQ(subjects("subs=1&test=two"), Subjects{"two"});
  EXPECT_EQ(subjects("subs=1&test=nobody"), Subjects{});
  const Json page = subsz_of(server_, "subs=1&test=one.foo&offset=1&limit=1");
  EXPECT_EQ(subjects_of(page), Subjects{"one.*"});
  EXPECT_EQ(page["total"], 3);
}

TEST_F(Subsz, KnowsNothingOfOtherAccounts) {
  server_.shards_[0].sublist.subscriptions = 5;
  const Json subsz = subsz_of(server_, "subs=1&acc=none");
  EXPECT_EQ(subsz["num_subscriptions"], 0);
  EXPECT_EQ(subsz["total"], 0);
  EXPECT_EQ(subjects_of(subsz), Subjects{});
  EXPECT_EQ(subsz_of(server_, "acc=$G")["num_subscriptions"], 5);
}

TEST_F(Subsz, AnswersBadArgumentsWithNatsServersTexts) {
  const auto text_of = [this](std::string_view arguments) {
    const Page page = subsz_page(server_, Query(arguments));
    EXPECT_EQ(page.status, 400u) << arguments;
    return page.body;
  };
  EXPECT_EQ(text_of("subs=maybe"),
            "Error decoding boolean for 'subs': strconv.ParseBool: parsing \"maybe\": invalid "
            "syntax");
  EXPECT_EQ(text_of("test=foo..bar"),
            "invalid test subject, must be valid publish subject: foo..bar");
  EXPECT_EQ(text_of("test=foo.*"), "invalid test subject, must be valid publish subject: foo.*");
}

TEST_F(Subsz, SurvivesSubscriptionsThatEndBetweenTheTwoQuestions) {
  int walks = 0;
  server_.before_sessions_ = [&] {
    if (++walks == 2) server_.sessions_.pop_front();
  };
  EXPECT_EQ(subjects("subs=1&offset=1&limit=4"), Subjects{"three"});
}

}  // namespace
}  // namespace antiphon
