// What emulated nodes are: their names, agents and collectives, subscriptions, facts and classes.
//
// MODEL: a node is its number; everything about it follows from the number and the profile, so two
// runs, and two processes with different numbers, make the same fleet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon::fleet {

inline constexpr std::string_view kIdentityPatternDefault = "node{n}.emulated.example.net";
inline constexpr std::string_view kNumberMark = "{n}";

// With the directed subscription they make eight for each node and collective.
inline constexpr size_t kAgentsDefault = 7;
inline constexpr size_t kAgentsMax = 1000;
inline constexpr size_t kCollectivesMax = 100;

struct FleetProfile {
  std::string identity_pattern = std::string(kIdentityPatternDefault);  // {n} is the number
  uint32_t first_number = 1;
  uint32_t nodes = 0;
  std::vector<std::string> collectives;
  std::vector<std::string> agents;
  // Answers to discovery have at least so large a payload: blanks behind the pong. 0: no blanks.
  size_t reply_bytes_min = 0;
};

// The first `count` agents: those of a freshly installed node, then common ones, then agent13,
// agent14 and so on.
std::vector<std::string> agent_names(size_t count);

// Empty when the profile makes a fleet; else what is wrong with it.
std::string profile_error(const FleetProfile& profile);

std::string node_identity(const FleetProfile& profile, uint32_t number);

// The SUB lines of a node, in the order of a real one: each agent in each collective, then the
// node itself in each. All nodes number their subscriptions alike, from 1.
void append_subscriptions(const FleetProfile& profile, std::string_view identity, std::string& out);
size_t subscriptions_per_node(const FleetProfile& profile);

// The node's facts as JSON; `role` is one of four and `site` one of nine, by the number.
std::string node_facts(uint32_t number);
// `emulated` and `role::` with the node's role.
const std::vector<std::string>& node_classes(uint32_t number);

}  // namespace antiphon::fleet
