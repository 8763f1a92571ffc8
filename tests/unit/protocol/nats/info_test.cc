#include "protocol/nats/info.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace antiphon {
namespace {

nlohmann::json object_of(const ServerInfo& info) {
  std::string line;
  append_info(line, info);
  EXPECT_EQ(line.substr(0, 5), "INFO ");
  EXPECT_EQ(line.substr(line.size() - 4), "} \r\n");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  return nlohmann::json::parse(line.substr(5, line.size() - 8));
}

TEST(Info, LeavesOutWhatIsEmptyAsTheReferenceDoes) {
  const nlohmann::json object = object_of({});
  for (const char* name : {"server_id", "server_name", "version", "proto", "go", "host", "port",
                           "headers", "max_payload"}) {
    EXPECT_TRUE(object.contains(name)) << name;
  }
  EXPECT_EQ(object.size(), 9u) << object;
}

TEST(Info, ShowsEveryField) {
  ServerInfo info;
  info.server_id = "NABC";
  info.server_name = "a \"name\"";
  info.version = "2.15.2";
  info.host = "0.0.0.0";
  info.port = 65535;
  info.headers = false;
  info.auth_required = true;
  info.tls_required = true;
  info.tls_verify = true;
  info.tls_available = true;
  info.max_payload = 1048576;
  info.client_ip = "::1";
  info.client_id = UINT64_MAX;
  info.nonce = "bm9uY2U";
  info.connect_urls = {"10.0.0.1:4222", "[2001:db8::1]:4222"};
  info.lame_duck = true;
  info.connect_info = true;
  info.remote_account = "$G";
  info.account_is_system = true;
  const nlohmann::json object = object_of(info);
  EXPECT_EQ(object["server_id"], "NABC");
  EXPECT_EQ(object["server_name"], "a \"name\"");
  EXPECT_EQ(object["version"], "2.15.2");
  EXPECT_EQ(object["proto"], 1);
  EXPECT_EQ(object["host"], "0.0.0.0");
  EXPECT_EQ(object["port"], 65535);
  EXPECT_EQ(object["headers"], false);
  for (const char* name : {"auth_required", "tls_required", "tls_verify", "tls_available", "ldm",
                           "connect_info", "acc_is_sys"}) {
    EXPECT_EQ(object[name], true) << name;
  }
  EXPECT_EQ(object["max_payload"], 1048576);
  EXPECT_EQ(object["client_ip"], "::1");
  EXPECT_EQ(object["client_id"], UINT64_MAX);
  EXPECT_EQ(object["nonce"], "bm9uY2U");
  EXPECT_EQ(object["connect_urls"],
            (nlohmann::json::array({"10.0.0.1:4222", "[2001:db8::1]:4222"})));
  EXPECT_EQ(object["remote_account"], "$G");
  EXPECT_EQ(object.size(), 21u);
}

TEST(Info, IsAppendedBehindWhatIsThere) {
  std::string out = "PONG\r\n";
  append_info(out, {});
  EXPECT_EQ(out.substr(0, 12), "PONG\r\nINFO {");
}

}  // namespace
}  // namespace antiphon
