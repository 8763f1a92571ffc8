// The messages of a simulated federation, as clients, nodes and strangers write them.
//
// MODEL: a message's data begins with its id, by which the simulation knows it again, whatever a
// relay has made of the rest.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "federation/envelope/hop_text.h"
#include "federation/memory/life_sign.h"
#include "protocol/choria/transport_names.h"

namespace antiphon::sim {

using choria::TransportVersion;

inline constexpr std::string_view kRequestsSubject = "choria.federation.dc1.federation";
inline constexpr std::string_view kRepliesSubject = "choria.federation.dc1.collective";

// A request or a reply, before it has come to a relay.
struct FederatedMessage {
  federation::Direction direction = federation::Direction::kRequest;
  TransportVersion version = TransportVersion::kV1;
  std::string id;        // of kIdBytes
  size_t more_bytes = 0;  // of data, behind the id; a multiple of 4
  std::string asker;     // where replies go
  std::string request_id;
  std::vector<std::string> targets;  // as they are written; of a request
  // Relays that have passed it on before as what it is: a relay that sees itself here sees a loop.
  std::set<size_t> been_through;
  // Of a reply: the relay that had passed on its request, which is no loop.
  std::set<size_t> asked_through;
  std::string answers;      // of a reply: the id of the message that it answers
  bool is_unasked = false;  // a reply to somebody who has not asked that

  std::string text() const;
};

inline constexpr size_t kIdBytes = 8;
std::string id_text(uint64_t number);
// Empty if it has no data.
std::string id_of(std::string_view message);

// What a relay must have made of it: parts of the published message.
std::string federation_header_of(const FederatedMessage& message);
std::string reply_header_of(const FederatedMessage& message);
// How a relay calls itself in the trace of what it passes on.
std::string own_hop_begin(size_t relay, federation::Direction direction);
size_t count_of(std::string_view text, std::string_view part);
bool is_own_reply(size_t relay, std::string_view message);

std::string relay_identity(size_t relay);
std::string node_name(uint64_t number);
std::string node_target(uint64_t number);

// What nodes say of themselves, as the reference writes it.
std::string sign_pattern(federation::LifeSign sign);
std::string sign_subject(federation::LifeSign sign);
std::string sign_message(federation::LifeSign sign, const std::string& node);

}  // namespace antiphon::sim
