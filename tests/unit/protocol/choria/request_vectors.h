// Inner requests, right and wrong, and whether the reference accepts them.
// Made by go-choria itself; see README.md in this folder.
#pragma once

#include <string_view>

namespace antiphon::vectors {

struct RequestCase {
  std::string_view name;
  std::string_view json;
  bool accepted;
};
inline constexpr RequestCase kRequests[] = {
    {"unchanged",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}}",
     true},
    {"protocol of a reply",
     "{\"protocol\":\"choria:reply:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c6d"
     "6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria"
     "=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\""
     "time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],"
     "\"compound\":[]}}}",
     false},
    {"protocol missing",
     "{\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"s"
     "enderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcollective\",\"collectiv"
     "e\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"filter\":{\""
     "fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"protocol a number",
     "{\"protocol\":1,\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8a77d1f"
     "0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcollectiv"
     "e\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000"
     ",\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}"
     "}",
     false},
    {"message empty",
     "{\"protocol\":\"choria:request:1\",\"message\":\"\",\"envelope\":{\"requestid\":\"8b2c6"
     "d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chori"
     "a=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}}",
     false},
    {"message missing",
     "{\"protocol\":\"choria:request:1\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8a77d1"
     "f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcollecti"
     "ve\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":175000000"
     "0,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}"
     "}}",
     false},
    {"message an object",
     "{\"protocol\":\"choria:request:1\",\"message\":{},\"envelope\":{\"requestid\":\"8b2c6d6"
     "e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"choria="
     "alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"t"
     "ime\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],"
     "\"compound\":[]}}}",
     false},
    {"message null",
     "{\"protocol\":\"choria:request:1\",\"message\":null,\"envelope\":{\"requestid\":\"8b2c6"
     "d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chori"
     "a=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}}",
     false},
    {"envelope a list", "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":[]}",
     false},
    {"envelope missing", "{\"protocol\":\"choria:request:1\",\"message\":\"x\"}", false},
    {"request id short",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"b2c6"
     "d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chori"
     "a=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}}",
     false},
    {"request id long",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c110\",\"senderid\":\"bastion.example.net\",\"callerid\":\"cho"
     "ria=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60"
     ",\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":"
     "[],\"compound\":[]}}}",
     false},
    {"request id of 32 wide letters",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"\303"
     "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251"
     "\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303"
     "\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\303\251\","
     "\"senderid\":\"bastion.example.net\",\"callerid\":\"choria=alice.mcollective\",\"collec"
     "tive\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"filter\":"
     "{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     true},
    {"request id missing",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"senderid\":\"basti"
     "on.example.net\",\"callerid\":\"choria=alice.mcollective\",\"collective\":\"mcollective"
     "\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_cl"
     "ass\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"sender empty",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"\",\"callerid\":\"choria=alice.mcollectiv"
     "e\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000"
     ",\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}"
     "}",
     true},
    {"sender missing",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"callerid\":\"choria=alice.mcollective\",\"collective\""
     ":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"filter\":{\"fac"
     "t\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"caller empty",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"\","
     "\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"f"
     "ilter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"collective empty",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":17"
     "50000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compoun"
     "d\":[]}}}",
     false},
    {"agent empty",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"\",\"ttl\":60,\"time"
     "\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"co"
     "mpound\":[]}}}",
     false},
    {"agent missing",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"ttl\":60,\"time\":1750000000,\""
     "filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"ttl 30",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":30,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}}",
     true},
    {"ttl 29",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":29,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}}",
     false},
    {"ttl negative",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":-60"
     ",\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":"
     "[],\"compound\":[]}}}",
     false},
    {"ttl 60.0",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60."
     "0,\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\""
     ":[],\"compound\":[]}}}",
     false},
    {"ttl 6e1",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":6e1"
     ",\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":"
     "[],\"compound\":[]}}}",
     false},
    {"ttl text",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":\"6"
     "0\",\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity"
     "\":[],\"compound\":[]}}}",
     false},
    {"ttl missing",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"time\":17"
     "50000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compoun"
     "d\":[]}}}",
     false},
    {"time fraction",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000.5,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\""
     ":[],\"compound\":[]}}}",
     false},
    {"time negative",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":-1,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":[],\"comp"
     "ound\":[]}}}",
     true},
    {"time beyond 64 bits",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":17500000000000000000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],"
     "\"identity\":[],\"compound\":[]}}}",
     false},
    {"filter null",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":null}}",
     false},
    {"filter empty object",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{}}}",
     false},
    {"filter without agent",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"identity\":[],\"compound"
     "\":[]}}}",
     true},
    {"filter agent null",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":null,\"identity\""
     ":[],\"compound\":[]}}}",
     false},
    {"filter without identity",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"compound\":["
     "]}}}",
     false},
    {"filter identity null",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":n"
     "ull,\"compound\":[]}}}",
     false},
    {"filter identity of numbers",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "1],\"compound\":[]}}}",
     false},
    {"filter identity with an empty text",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "\"\"],\"compound\":[]}}}",
     true},
    {"filter fact complete",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[{\"fact\":\"a\",\"operator\":\"=~\",\"value\""
     ":\"b\",\"x\":1}],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     true},
    {"filter fact operator unknown",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[{\"fact\":\"a\",\"operator\":\"=\",\"value\":"
     "\"b\"}],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"filter fact value empty",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[{\"fact\":\"a\",\"operator\":\"==\",\"value\""
     ":\"\"}],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"filter fact name empty",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[{\"fact\":\"\",\"operator\":\"==\",\"value\":"
     "\"b\"}],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"filter fact without value",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[{\"fact\":\"a\",\"operator\":\"==\"}],\"cf_cl"
     "ass\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"filter fact value a number",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[{\"fact\":\"a\",\"operator\":\"==\",\"value\""
     ":1}],\"cf_class\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     false},
    {"filter compound complete",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[[{\"expr\":\"true\"}],[]]}}}",
     true},
    {"filter compound flat",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[{\"expr\":\"true\"}]}}}",
     false},
    {"filter compound with a number",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[[{\"expr\":1}]]}}}",
     false},
    {"extra fields",
     "{\"protocol\":\"choria:request:1\",\"extra\":{\"a\":[1,2,{\"b\":null}]},\"message\":\"x"
     "\",\"envelope\":{\"requestid\":\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bast"
     "ion.example.net\",\"callerid\":\"choria=alice.mcollective\",\"collective\":\"mcollectiv"
     "e\",\"agent\":\"rpcutil\",\"ttl\":60,\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_c"
     "lass\":[],\"agent\":[],\"identity\":[],\"compound\":[]}}}",
     true},
    {"escaped key",
     "{\"protocol\":\"choria:request:1\",\"mess\\u0061ge\":\"x\",\"envelope\":{\"requestid\":"
     "\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":"
     "\"choria=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl"
     "\":60,\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identi"
     "ty\":[],\"compound\":[]}}}",
     true},
    {"trailing text",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}} x",
     false},
    {"trailing white space",
     "{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2c"
     "6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"chor"
     "ia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60,"
     "\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":["
     "],\"compound\":[]}}} \n\011\015 ",
     true},
    {"a list",
     "[{\"protocol\":\"choria:request:1\",\"message\":\"x\",\"envelope\":{\"requestid\":\"8b2"
     "c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"cho"
     "ria=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":60"
     ",\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity\":"
     "[],\"compound\":[]}}}]",
     false},
    {"lone surrogate in the message",
     "{\"protocol\":\"choria:request:1\",\"message\":\"\\ud800\",\"envelope\":{\"requestid\":"
     "\"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":"
     "\"choria=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl"
     "\":60,\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identi"
     "ty\":[],\"compound\":[]}}}",
     true},
    {"control character in the message",
     "{\"protocol\":\"choria:request:1\",\"message\":\"\001\",\"envelope\":{\"requestid\":\"8"
     "b2c6d6e9a9a4a0b8a77d1f0c36d7c11\",\"senderid\":\"bastion.example.net\",\"callerid\":\"c"
     "horia=alice.mcollective\",\"collective\":\"mcollective\",\"agent\":\"rpcutil\",\"ttl\":"
     "60,\"time\":1750000000,\"filter\":{\"fact\":[],\"cf_class\":[],\"agent\":[],\"identity"
     "\":[],\"compound\":[]}}}",
     false},
};

}  // namespace antiphon::vectors
