// What one relay is to do: which two sides it joins, as whom, and within which bounds.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "federation/envelope/subject_rules.h"
#include "federation/envelope/transport_view.h"
#include "federation/memory/ledger.h"
#include "federation/names/server_names.h"
#include "federation/relay/backoff.h"
#include "federation/relay/relay_counts.h"
#include "federation/relay/side_login.h"
#include "fleet/wire/client_settings.h"
#include "fleet/wire/connect_line.h"
#include "fleet/wire/server_endpoint.h"

namespace antiphon::federation {

// Replies to requests that nobody is known to have asked.
enum class UnaskedReplies : uint8_t { kRefuse, kPass };

// Whom a relay goes to on one side, and as whom.
struct SideSettings {
  std::vector<fleet::ServerEndpoint> servers;  // empty if names must be looked up
  ServerNames names;
  std::shared_ptr<const TlsContext> tls;
  fleet::Credentials credentials;  // user and password
  TokenFiles token;
};

struct RelaySettings {
  std::string identity;  // in hops, metrics and the connections' names
  std::string cluster = "mcollective";

  std::string dns_servers;       // in place of the system's; may be empty
  // But for the servers, which each side has its own of. Its clock is the relay's too.
  fleet::ClientSettings client;
  std::array<SideSettings, kSides> sides;
  SideSettings& side(Side which) { return sides[static_cast<size_t>(which)]; }
  const SideSettings& side(Side which) const { return sides[static_cast<size_t>(which)]; }

  // Clients send at most 200 targets at once; a message has three hops when it reaches us.
  TransportLimits limits{.message_bytes_max = 8 << 20, .targets_max = 1000, .hops_max = 16};
  SubjectRules targets = SubjectRules::targets_default();
  SubjectRules replies = SubjectRules::replies_default();
  // A million targets take 16 MiB.
  size_t replay_entries = 1 << 20;
  int64_t replay_window_ms = 120'000;

  // kPass: they pass as with the reference, and nobody listens to what others are asked.
  UnaskedReplies unasked_replies = UnaskedReplies::kRefuse;
  // Of requests and their askers: 1.5 MiB, enough for a hundred requests a second.
  size_t asked_entries = 1 << 16;

  // Output that waits for one side. At a half of it the other side is not read any more; if that
  // does not help within pause_ms_max, or at the whole, messages are refused.
  uint64_t queue_bytes_max = 64 << 20;
  int64_t pause_ms_max = 2000;
  Backoff backoff;

  // Requests of all askers together; 0: no limit.
  double requests_per_s = 0;
  double targets_per_s = 0;
  // Whoever is refused is told, so many times a second at most.
  bool error_replies = true;
  double error_replies_per_s = 100;

  LedgerSettings ledger;
  // Beside startups, for placement: whether nodes' alive and shutdown events are listened to, and on
  // which subjects they register. Each federation broker of a cluster gets all of them.
  bool hears_lifecycle = false;
  std::vector<std::string> registrations;

  // Subjects of the collective that go up to the federation, as federated.CLUSTER.SUBJECT.
  std::vector<std::string> events;
  double events_per_s = 1000;
};

}  // namespace antiphon::federation
