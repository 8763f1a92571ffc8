// The fields of our pages, their types and their order, against those of a real nats-server.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "broker/monitor/pages.h"
#include "tests/unit/broker/monitor/fake_server.h"
#include "tests/unit/broker/monitor/nats_server_shapes.h"

namespace antiphon {
namespace {

using Json = nlohmann::ordered_json;
namespace shapes = nats_server_shapes;

const char* type_name(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean:
      return "bool";
    case Json::value_t::string:
      return "string";
    case Json::value_t::array:
      return "array";
    case Json::value_t::object:
      return "object";
    case Json::value_t::null:
      return "null";
    default:
      return "number";
  }
}

bool is_free_form(const std::string& path) {
  return path == "http_req_stats" || path == "metadata";
}

// Each field as "path type".
using Shape = std::vector<std::string>;

void append_shape(const Json& value, const std::string& path, Shape& fields) {
  if (value.is_array()) {
    for (const Json& element : value) append_shape(element, path + "[]", fields);
  }
  if (!value.is_object() || is_free_form(path)) return;
  for (const auto& [key, child] : value.items()) {
    const std::string child_path = path.empty() ? key : path + "." + key;
    fields.push_back(child_path + " " + type_name(child));
    append_shape(child, child_path, fields);
  }
}

// Without the one field that only we have.
Shape shape_of(const std::string& body) {
  Json page = Json::parse(body);
  page.erase("tls_admission");
  Shape fields;
  append_shape(page, "", fields);
  return fields;
}

// A recorded shape.
Shape recorded(std::string_view text) {
  Shape fields;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
    if (text.empty()) return fields;
    const size_t end = std::min(text.find(','), text.size());
    fields.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

struct ShapeCase {
  const char* target;
  const char* shape;
};
void expect_shapes(FakeServer& server, const std::vector<ShapeCase>& cases) {
  Pages pages(server, "/");
  for (const ShapeCase& expected : cases) {
    EXPECT_EQ(shape_of(pages.answer(expected.target).body), recorded(expected.shape))
        << expected.target;
  }
}

TEST(MonitoringPages, HaveTheFieldsOfNatsServer) {
  FakeServer server;
  Session& session = server.connect();
  server.subscribe(session, "bar", "1", "q").max_messages = 10;
  expect_shapes(server, {{"/varz", shapes::kVarz},
                         {"/connz", shapes::kConnz},
                         {"/connz?subs=1", shapes::kConnzSubs},
                         {"/connz?subs=detail", shapes::kConnzSubsDetail},
                         {"/connz?auth=1", shapes::kConnzAuth},
                         {"/connz?offset=100", shapes::kConnzPastTheEnd},
                         {"/connz?acc=none", shapes::kConnzUnknownAccount},
                         {"/subsz", shapes::kSubsz},
                         {"/subsz?subs=1&test=bar", shapes::kSubszSubs},
                         {"/subsz?subs=1", shapes::kSubszSubs},
                         {"/healthz", shapes::kHealthz},
                         {"/healthz?stream=x", shapes::kHealthzNoAccount},
                         {"/healthz?stream=x&details=1", shapes::kHealthzNoAccountDetails}});
}

TEST(MonitoringPages, HaveTheFieldsOfNatsServerForClosedConnections) {
  FakeServer server;
  Session& session = server.connect();
  server.subscribe(session, "bar", "1", "q");
  server.keep_as_closed(session, CloseReason::kProtocolViolation);
  expect_shapes(server, {{"/connz?state=closed", shapes::kConnzClosed},
                         {"/connz?state=closed&subs=1", shapes::kConnzClosedSubs}});
}

TEST(MonitoringPages, HaveTheFieldsOfNatsServerWithUsersLimitsAndTags) {
  FakeServer server;
  server.options_.limits.subscriptions_max = 7;
  server.options_.identity.tags = {"a"};
  server.options_.identity.metadata = {{"k", "v"}};
  server.options_.authorization.users = {{"joe", "joe"}};
  server.connect().details->user = "joe";
  expect_shapes(server,
                {{"/varz", shapes::kVarzConfigured}, {"/connz?auth=1", shapes::kConnzUser}});
}

TEST(MonitoringPages, HaveTheFieldsOfNatsServerWithTls) {
  FakeServer server;
  server.options_.tls.enabled = true;
  server.facts_.tls_cert_not_after_ns = FakeServer::kStartNs;
  server.connect().tls = std::make_unique<TlsDetails>(TlsDetails{"1.3", "TLS_AES_128_GCM_SHA256"});
  expect_shapes(server, {{"/varz", shapes::kVarzTls}, {"/connz", shapes::kConnzTls}});
}

}  // namespace
}  // namespace antiphon
