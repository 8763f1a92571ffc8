// What one relay is to do: which two sides it joins, as whom, and within which bounds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "federation/envelope/subject_rules.h"
#include "federation/envelope/transport_view.h"
#include "federation/memory/ledger.h"
#include "federation/relay/backoff.h"
#include "fleet/wire/client_settings.h"
#include "fleet/wire/connect_line.h"

namespace antiphon::federation {

struct RelaySettings {
  std::string identity;  // in hops, metrics and the connections' names
  std::string cluster = "mcollective";

  // The federation's brokers first (`federation_servers` of them), then the collective's.
  fleet::ClientSettings client;
  size_t federation_servers = 0;
  fleet::Credentials credentials;

  // Clients send at most 200 targets at once; a message has three hops when it reaches us.
  TransportLimits limits{.message_bytes_max = 8 << 20, .targets_max = 1000, .hops_max = 16};
  SubjectRules targets = SubjectRules::targets_default();
  SubjectRules replies = SubjectRules::replies_default();
  // A million targets take 16 MiB.
  size_t replay_entries = 1 << 20;
  int64_t replay_window_ms = 120'000;

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

  // Subjects of the collective that go up to the federation, as federated.CLUSTER.SUBJECT.
  std::vector<std::string> events;
  double events_per_s = 1000;
};

}  // namespace antiphon::federation
