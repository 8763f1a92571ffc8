#include "protocol/nats/server_info_parse.h"

#include <gtest/gtest.h>

#include <string>

#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

ServerInfo parsed(std::string_view json) {
  ServerInfo info;
  EXPECT_TRUE(parse_server_info(json, info)) << json;
  return info;
}

TEST(ServerInfoParse, ReadsWhatAServerSends) {
  const ServerInfo info = parsed(
      R"({"server_id":"NA","server_name":"b1","version":"2.15.2","proto":1,"git_commit":"x",)"
      R"("go":"go1.25","host":"0.0.0.0","port":4222,"headers":true,"auth_required":true,)"
      R"("tls_required":true,"tls_verify":true,"tls_available":true,"max_payload":1048576,)"
      R"("jetstream":false,"client_id":7,"client_ip":"127.0.0.1","nonce":"abc","xkey":"X",)"
      R"("connect_urls":["10.0.0.1:4222","[::1]:4222"],"ldm":true,"connect_info":true,)"
      R"("remote_account":"$G","acc_is_sys":true} )");
  EXPECT_EQ(info.server_id, "NA");
  EXPECT_EQ(info.server_name, "b1");
  EXPECT_EQ(info.version, "2.15.2");
  EXPECT_EQ(info.protocol, 1);
  EXPECT_EQ(info.host, "0.0.0.0");
  EXPECT_EQ(info.port, 4222);
  EXPECT_TRUE(info.headers && info.auth_required && info.tls_required && info.tls_verify);
  EXPECT_TRUE(info.tls_available && info.lame_duck && info.connect_info);
  EXPECT_TRUE(info.account_is_system);
  EXPECT_EQ(info.max_payload, 1048576u);
  EXPECT_EQ(info.client_id, 7u);
  EXPECT_EQ(info.client_ip, "127.0.0.1");
  EXPECT_EQ(info.nonce, "abc");
  EXPECT_EQ(info.connect_urls, (std::vector<std::string>{"10.0.0.1:4222", "[::1]:4222"}));
  EXPECT_EQ(info.remote_account, "$G");
}

TEST(ServerInfoParse, ForgetsWhatTheObjectBeforeSaid) {
  ServerInfo info;
  ASSERT_TRUE(parse_server_info(R"({"tls_required":true,"headers":true,"nonce":"n"})", info));
  ASSERT_TRUE(parse_server_info("{}", info));
  EXPECT_FALSE(info.tls_required);
  EXPECT_FALSE(info.headers);
  EXPECT_EQ(info.nonce, "");
  EXPECT_EQ(info.max_payload, 0u);
}

TEST(ServerInfoParse, SkipsNullAndUnknownFields) {
  const ServerInfo info = parsed(R"({"nonce":null,"x":{"y":[1,2]},"port":null,"host":"h"})");
  EXPECT_EQ(info.host, "h");
  EXPECT_EQ(info.port, 0);
}

TEST(ServerInfoParse, ReadsBackWhatOurServerWrites) {
  ServerInfo written;
  written.server_name = "a \"quoted\" <name>";
  written.port = 65535;
  written.max_payload = 123;
  written.connect_urls = {"h:1"};
  written.lame_duck = true;
  std::string line;
  append_info(line, written);
  const ServerInfo info = parsed(std::string_view(line).substr(sizeof("INFO ") - 1));
  EXPECT_EQ(info.server_name, written.server_name);
  EXPECT_EQ(info.port, written.port);
  EXPECT_EQ(info.connect_urls, written.connect_urls);
  EXPECT_TRUE(info.headers);
  EXPECT_TRUE(info.lame_duck);
}

TEST(ServerInfoParse, RefusesWhatIsNoInfoObject) {
  ServerInfo info;
  for (const char* json :
       {"", " ", "[]", "1", "null", "{", R"({"port":65536})", R"({"port":-1})", R"({"port":"1"})",
        R"({"headers":1})", R"({"nonce":1})", R"({"max_payload":-1})", R"({"proto":4294967296})",
        R"({"connect_urls":"h:1"})", R"({"connect_urls":[1]})", R"({"a":1}x)"}) {
    EXPECT_FALSE(parse_server_info(json, info)) << json;
  }
  const std::string deep = R"({"x":)" + std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']') + "}";
  EXPECT_FALSE(parse_server_info(deep, info));
}

TEST(ServerInfoParse, RefusesAnEndlessListOfUrls) {
  std::string json = R"({"connect_urls":[")";
  for (size_t i = 0; i < kConnectUrlsMax; ++i) json += R"(h:1",")";
  ServerInfo info;
  EXPECT_FALSE(parse_server_info(json + R"(h:1"]})", info));
}

TEST(ServerInfoParse, RefusesEveryPrefixWithoutHarm) {
  const std::string json = R"({"nonce":"\u00e9","connect_urls":["h:1"],"ldm":true})";
  ServerInfo info;
  for (size_t bytes = 0; bytes < json.size(); ++bytes) {
    EXPECT_FALSE(parse_server_info(std::string_view(json).substr(0, bytes), info)) << bytes;
  }
}

}  // namespace
}  // namespace antiphon
