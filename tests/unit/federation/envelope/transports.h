// The transports that the tests of this room have in common.
#pragma once

#include <string>
#include <string_view>

namespace antiphon::federation {

// A request before and after, as a broker of go-choria 0.29.4 changes it, and its reply; data is "{}".
inline constexpr std::string_view kRequestV1 =
    R"~({"protocol":"choria:transport:1","data":"e30=","headers":{"reply-to":"mcollective.re)~"
    R"~(ply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e9a9a4a0b8a77d1f0c36d7c11","mc_sender":")~"
    R"~(bastion.example.net","seen-by":[["nats://fed1:4222","bastion.example.net","nats://fe)~"
    R"~(d1:4222"]],"federation":{"req":"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11","target":["mcollec)~"
    R"~(tive.node.web1.example.net","mcollective.node.web2.example.net"]}}})~";
inline constexpr std::string_view kRelayedRequestV1 =
    R"~({"protocol":"choria:transport:1","data":"e30=","headers":{"reply-to":"choria.federat)~"
    R"~(ion.dc1.collective","mc_sender":"bastion.example.net","seen-by":[["nats://fed1:4222")~"
    R"~(,"bastion.example.net","nats://fed1:4222"],["nats://fed1:4222","fedbroker1 (choria_n)~"
    R"~(ats_ingest:0, choria_request_transformer:0, choria_nats_egest:0)","nats://dc1:4222"])~"
    R"~(],"federation":{"req":"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11","reply-to":"mcollective.rep)~"
    R"~(ly.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e9a9a4a0b8a77d1f0c36d7c11"}}})~";
inline constexpr std::string_view kReplyV1 =
    R"~({"protocol":"choria:transport:1","data":"e30=","headers":{"mc_sender":"web1.example.)~"
    R"~(net","seen-by":[["nats://fed1:4222","bastion.example.net","nats://fed1:4222"],["nats)~"
    R"~(://fed1:4222","fedbroker1 (choria_nats_ingest:0, choria_request_transformer:0, chori)~"
    R"~(a_nats_egest:0)","nats://dc1:4222"],["nats://dc1:4222","web1.example.net","nats://dc)~"
    R"~(1:4222"]],"federation":{"req":"8b2c6d6e9a9a4a0b8a77d1f0c36d7c11","reply-to":"mcollec)~"
    R"~(tive.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e9a9a4a0b8a77d1f0c36d7c11"}}})~";
inline constexpr std::string_view kRelayedReplyV1 =
    R"~({"protocol":"choria:transport:1","data":"e30=","headers":{"mc_sender":"web1.example.)~"
    R"~(net","seen-by":[["nats://fed1:4222","bastion.example.net","nats://fed1:4222"],["nats)~"
    R"~(://fed1:4222","fedbroker1 (choria_nats_ingest:0, choria_request_transformer:0, chori)~"
    R"~(a_nats_egest:0)","nats://dc1:4222"],["nats://dc1:4222","web1.example.net","nats://dc)~"
    R"~(1:4222"],["nats://dc1:4222","fedbroker1 (choria_nats_ingest:0, choria_reply_transfor)~"
    R"~(mer:0, choria_nats_egest:0)","nats://fed1:4222"]]}})~";

inline constexpr std::string_view kRequestV2 =
    R"~({"protocol":"io.choria.protocol.v2.transport","data":"e30=","headers":{"reply":"chor)~"
    R"~(ia.reply.f76b6d2a7755caf66ca1908e16dd59f01a466a1615e5273df535df56f471386d.2yY8BW6nNC)~"
    R"~(iEuCJ7rbWbTmSW74d","sender":"client.example.net","trace":[["nats://fed1:4222","clien)~"
    R"~(t.example.net","nats://fed1:4222"]],"federation":{"request":"2yY8BW6nNCiEuCJ7rbWbTmS)~"
    R"~(W74d","targets":["choria.broadcast.agent.rpcutil"]}}})~";
inline constexpr std::string_view kRelayedRequestV2 =
    R"~({"protocol":"io.choria.protocol.v2.transport","data":"e30=","headers":{"reply":"chor)~"
    R"~(ia.federation.dc1.collective","sender":"client.example.net","trace":[["nats://fed1:4)~"
    R"~(222","client.example.net","nats://fed1:4222"],["nats://fed1:4222","fedbroker1 (chori)~"
    R"~(a_nats_ingest:0, choria_request_transformer:0, choria_nats_egest:0)","nats://dc1:422)~"
    R"~(2"]],"federation":{"request":"2yY8BW6nNCiEuCJ7rbWbTmSW74d","reply":"choria.reply.f76)~"
    R"~(b6d2a7755caf66ca1908e16dd59f01a466a1615e5273df535df56f471386d.2yY8BW6nNCiEuCJ7rbWbTm)~"
    R"~(SW74d"}}})~";
inline constexpr std::string_view kReplyV2 =
    R"~({"protocol":"io.choria.protocol.v2.transport","data":"e30=","headers":{"sender":"web)~"
    R"~(1.example.net","federation":{"request":"2yY8BW6nNCiEuCJ7rbWbTmSW74d","reply":"choria)~"
    R"~(.reply.f76b6d2a.2yY8BW6nNCiEuCJ7rbWbTmSW74d"}}})~";
inline constexpr std::string_view kReplyV2Request = "2yY8BW6nNCiEuCJ7rbWbTmSW74d";
inline constexpr std::string_view kReplyV2Asker =
    "choria.reply.f76b6d2a.2yY8BW6nNCiEuCJ7rbWbTmSW74d";
inline constexpr std::string_view kRelayedReplyV2 =
    R"~({"protocol":"io.choria.protocol.v2.transport","data":"e30=","headers":{"sender":"web)~"
    R"~(1.example.net","trace":[["nats://dc1:4222","fedbroker1 (choria_nats_ingest:0, choria)~"
    R"~(_reply_transformer:0, choria_nats_egest:0)","nats://fed1:4222"]]}})~";

// A version 1 transport with these headers.
inline std::string with_headers(std::string_view headers) {
  return R"({"protocol":"choria:transport:1","data":"e30=","headers":)" + std::string(headers) + "}";
}

}  // namespace antiphon::federation
