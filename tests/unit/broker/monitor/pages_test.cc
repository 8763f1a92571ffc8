#include "broker/monitor/pages.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/auth/password_record.h"
#include "tests/unit/broker/monitor/fake_server.h"

namespace antiphon {
namespace {

constexpr const char* kAllPages[] = {
    "/",
    "/varz",
    "/connz?auth=1&subs=detail&state=any",
    "/connz?subs=1",
    "/subsz?subs=1",
    "/subscriptionsz",
    "/healthz?details=1",
    "/metrics",
};

TEST(Pages, FindEachPageByItsPath) {
  FakeServer server;
  const Pages pages(server, "/");
  EXPECT_EQ(pages.name_of("/"), PageName::kIndex);
  EXPECT_EQ(pages.name_of("/?x"), PageName::kIndex);
  EXPECT_EQ(pages.name_of("/varz"), PageName::kVarz);
  EXPECT_EQ(pages.name_of("/connz?x=1"), PageName::kConnz);
  EXPECT_EQ(pages.name_of("/subsz"), PageName::kSubsz);
  EXPECT_EQ(pages.name_of("/subscriptionsz"), PageName::kSubsz);
  EXPECT_EQ(pages.name_of("/healthz"), PageName::kHealthz);
  EXPECT_EQ(pages.name_of("/metrics"), PageName::kMetrics);
  EXPECT_EQ(pages.name_of("/%76arz"), PageName::kVarz);
}

TEST(Pages, FindNothingElse) {
  FakeServer server;
  Pages pages(server, "/");
  for (const char* target : {"", "?", "varz", "/VARZ", "/varz/", "/varz/x", "//varz", "/nosuch",
                             "/%zz", "/varz%00", "*", "http://host/varz", "/../varz"}) {
    const Page page = pages.answer(target);
    EXPECT_EQ(page.status, 404u) << target;
    EXPECT_EQ(page.body, "404 page not found\n");
    EXPECT_EQ(page.content_type, "text/plain; charset=utf-8");
    EXPECT_FALSE(page.any_origin);
  }
}

struct FakeCompanion final : Companion {
  std::optional<Page> page(const std::string& target) override {
    asked = target;
    if (!target.starts_with("/own")) return std::nullopt;
    return json_page("own");
  }
  std::string metrics() override { return "own_metric 1\n"; }
  std::string asked;
};

TEST(Pages, HaveThoseOfACompanionBehindTheirOwn) {
  FakeServer server;
  const auto companion = std::make_shared<FakeCompanion>();
  Pages pages(server, "/nats");
  EXPECT_EQ(pages.answer("/nats/own").status, 404u);
  EXPECT_EQ(pages.answer("/nats/metrics").body.find("own_metric"), std::string::npos);
  server.companion_ = companion;
  EXPECT_EQ(pages.answer("/nats/own?a=b").body, "own");
  EXPECT_EQ(companion->asked, "/own?a=b");
  EXPECT_EQ(pages.answer("/nats/other").status, 404u);
  EXPECT_EQ(pages.answer("/own").status, 404u) << "not below the base path";
  EXPECT_TRUE(pages.answer("/nats/metrics").body.ends_with("own_metric 1\n"));
  companion->asked.clear();
  EXPECT_EQ(pages.answer("/nats/varz").status, 200u);
  EXPECT_EQ(companion->asked, "") << "the broker's own pages go before";
}

TEST(Pages, StandBelowTheBasePath) {
  FakeServer server;
  for (const char* base : {"/nats", "/nats/"}) {
    const Pages pages(server, base);
    EXPECT_EQ(pages.name_of("/nats"), PageName::kIndex);
    EXPECT_EQ(pages.name_of("/nats/varz"), PageName::kVarz);
    for (const char* target : {"/", "/varz", "/nats/", "/natsvarz", "/natsx", "/nat"}) {
      EXPECT_EQ(pages.name_of(target), PageName::kNone) << target;
    }
  }
}

TEST(Pages, HaveTheContentTypesOfNatsServer) {
  FakeServer server;
  Pages pages(server, "");
  for (const char* target : {"/varz", "/connz", "/subsz", "/healthz"}) {
    const Page page = pages.answer(target);
    EXPECT_EQ(page.content_type, "application/json") << target;
    EXPECT_TRUE(page.any_origin) << target;
  }
  EXPECT_EQ(pages.answer("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(pages.answer("/metrics").content_type, "text/plain; version=0.0.4; charset=utf-8");
}

TEST(Pages, CountRequestsUnderTheNewNameAndWithoutBasePath) {
  FakeServer server;
  Pages pages(server, "/nats");
  for (const char* target : {"/nats", "/nats/subsz", "/nats/subscriptionsz", "/nats/none",
                             "/nats/varz", "/nats/connz?sort=nosuch"}) {
    pages.answer(target);
  }
  const auto varz = nlohmann::json::parse(pages.answer("/nats/varz").body);
  EXPECT_EQ(varz["http_req_stats"],
            nlohmann::json({{"/", 1}, {"/connz", 1}, {"/subsz", 2}, {"/varz", 2}}));
}

TEST(Pages, LinkWhatThereIs) {
  FakeServer server;
  server.facts_.server_name = "<b>\"&";
  Pages pages(server, "/a\"<b");
  const std::string html = pages.answer("/a\"<b").body;
  for (const char* page : {"/varz", "/connz", "/subsz", "/healthz", "/metrics"}) {
    EXPECT_NE(html.find("href=\"/a&quot;&lt;b" + std::string(page) + "\""), std::string::npos);
  }
  EXPECT_EQ(html.find("<b>"), std::string::npos);
}

// As the conformance suite looks for them.
TEST(Pages, LinkRelativeToTheRootWithoutBasePath) {
  FakeServer server;
  EXPECT_NE(Pages(server, "/").answer("/").body.find("href=\"/varz\""), std::string::npos);
}

TEST(Pages, NeverShowASecret) {
  const std::string secret = "S3CR3T";
  FakeServer server;
  server.options_.authorization.user = "admin";
  server.options_.authorization.password = secret;
  server.options_.authorization.token = secret;
  server.options_.authorization.users = {{"joe", secret}};
  server.options_.tls.key_file = "/etc/" + secret;
  Session& session = server.connect();
  session.details->user = "joe";
  session.login = std::make_unique<PasswordRecord>("joe", secret, secret);
  server.subscribe(session, "foo", "1");
  server.keep_as_closed(session, CloseReason::kAuthenticationFailure);
  Pages pages(server, "/");
  for (const char* target : kAllPages) {
    const Page page = pages.answer(target);
    EXPECT_EQ(page.status, 200u) << target;
    EXPECT_EQ(page.body.find(secret), std::string::npos) << target;
  }
}

TEST(Pages, SurviveOddTargets) {
  FakeServer server;
  server.subscribe(server.connect(), "foo", "1");
  Pages pages(server, "/");
  for (const std::string path : {"/varz", "/connz", "/subsz", "/healthz", "/metrics", "/"}) {
    for (const std::string query :
         {"?", "?&", "?=", "?&&=&=", "?%", "?%0", "?a=%F", "?limit=%31", "?limit=1&limit=x",
          "?????", "?subs=1&test=%00", "?cid=0", "?cid=00000000000000000000000000000000001",
          "?limit=-9223372036854775808", "?offset=-9223372036854775808&subs=1",
          "?callback=alert(1)", "?filter_subject=foo"}) {
      const unsigned status = pages.answer(path + query).status;
      EXPECT_TRUE(status == 200 || status == 400) << path << query;
    }
    const std::string long_query = "?" + std::string(7000, '&') + std::string(1000, '%');
    EXPECT_EQ(pages.answer(path + long_query).status, 200u);
  }
}

}  // namespace
}  // namespace antiphon
