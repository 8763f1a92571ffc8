// The NATS subjects of Choria RPC: builders, and the way back from a subject to its parts.
//
// MODEL: every subject starts with the collective, one token. Identities are inserted verbatim, so
// a node's subject has as many tokens as its name has labels. ERRORS: a builder returns an empty
// text if a part cannot stand in a subject (empty, white space, wildcard, empty token; for
// collectives, agents and ids also a dot). Identities come from the network: check for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon::choria {

inline constexpr std::string_view kDefaultCollective = "mcollective";
inline constexpr std::string_view kDiscoveryAgent = "discovery";
inline constexpr std::string_view kRegistrationAgent = "registration";
inline constexpr std::string_view kRemoteSigningAgent = "aaa_signer";
// What a federation broker calls itself in the errors that it tells askers; nodes have no such agent.
inline constexpr std::string_view kFederationAgent = "federation";
// What stands in reply-to where no reply is wanted.
inline constexpr std::string_view kNoReplySubject = "dev.null";

// One token: no dot, white space or wildcard.
bool is_subject_token(std::string_view text);
// Tokens joined by dots.
bool is_subject_tokens(std::string_view text);

// {collective}.broadcast.agent.{agent}: every node with the agent.
std::string broadcast_subject(std::string_view collective, std::string_view agent);
// {collective}.broadcast.service.{agent}: one node of the agent's queue group, named like the
// agent.
std::string service_subject(std::string_view collective, std::string_view agent);
// {collective}.node.{identity}
std::string node_subject(std::string_view collective, std::string_view identity);
// {collective}.reply.{hash of the caller id}.{id}
std::string reply_subject(std::string_view collective, std::string_view caller_id,
                          std::string_view id);
// {collective}.broadcast.agent.registration
std::string registration_subject(std::string_view collective);

enum class SubjectKind : uint8_t { kBroadcast, kService, kNode, kReply, kRegistration };

struct SubjectParts {
  SubjectKind kind = SubjectKind::kBroadcast;
  std::string_view collective;
  std::string_view name;  // agent, or identity; the caller's hash in a reply subject
  std::string_view id;    // reply subjects only; may have several tokens
  bool operator==(const SubjectParts&) const = default;
};

// Nothing if the subject is none of RPC's, holds a wildcard, or is a reply subject without a hash.
std::optional<SubjectParts> recognise_subject(std::string_view subject);

}  // namespace antiphon::choria
