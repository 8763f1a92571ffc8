// One request as it arrived, opened once, and answered for any number of nodes.
//
// WHY: a broadcast reaches thousands of nodes of this process as the same bytes. Decoding its
// layers and preparing its filter and the common parts of the replies once leaves each node a
// comparison and one pass over its reply. MODEL: emulated nodes act like real ones without agents
// of their own: `discovery` says pong, `rpcutil ping` says the time, any other action of an agent
// they have is an unknown action. As real nodes do, they stay silent where a request is not for
// them or cannot be understood. Unlike real ones they believe every caller: no signature is
// checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fleet/emulator/fleet_profile.h"
#include "protocol/choria/filter_match.h"
#include "protocol/choria/incoming.h"
#include "protocol/choria/reply_writer.h"

namespace antiphon::fleet {

// What one node does about a request.
enum class Answer : uint8_t {
  kReplied,
  kFiltered,   // the filter means other nodes
  kExpired,    // older than its time to live, or from the future
  kNotOurs,    // another collective, an agent the nodes do not have, nothing to say
  kMalformed,  // not a request, or one without a place to reply to
};

class PreparedRequest {
 public:
  PreparedRequest(std::string_view payload, const FleetProfile& profile);

  // The bytes it was made from.
  const std::string& payload() const { return payload_; }
  // Where replies are published; a subject without wildcards when any is.
  const std::string& reply_to() const { return incoming_.transport.reply_to; }

  // Replaces `reply` by what the node publishes, if it replies.
  Answer answer(uint32_t number, std::string_view identity, std::string_view server_url,
                int64_t now_unix_ms, std::string& reply);

 private:
  enum class Kind : uint8_t { kSilent, kDiscovery, kRpcPing, kRpcFixed };

  Answer prepare();
  void prepare_rpc();
  void fill_up(std::string_view identity, std::string_view server_url, int64_t now_unix_s);
  bool matches(uint32_t number, std::string_view identity) const;
  void renew_body(int64_t now_unix_s);

  const std::string payload_;
  const FleetProfile& profile_;
  choria::IncomingRequest incoming_;
  Answer verdict_ = Answer::kMalformed;  // kReplied unless all nodes do the same
  Kind kind_ = Kind::kSilent;
  std::optional<choria::FilterMatcher> filter_;
  std::optional<choria::ReplyWriter> writer_;
  std::string body_;
  int64_t body_unix_s_ = 0;  // the second the body was made for
  bool is_filled_up_ = false;
};

}  // namespace antiphon::fleet
