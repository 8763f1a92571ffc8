// What a federation broker remembers of the traffic that passes: who lives here, who does not, and
// what became of the last requests.
//
// MODEL: three memories that share the names of nodes. A node that answered through this broker, or
// gave a sign of life by itself (life_sign.h), is here (NodeRoster); a subject for which the
// collective's broker had no subscriber is absent for a while (Absences); requests have records
// (RequestLog). A target is left out of a request only if it is absent, its node was not heard from
// since the broker said so, and not within a day unless it has left: what is unknown is asked, and so
// is who is known but away, because it is on its way back.
// INVARIANTS: nothing here opens the secure part of a message. SENDERS are signed by nobody: a
// false one can keep a target in, never get one out. A node that says that it ends becomes unknown,
// not absent, so neither does a false end.
// LIMITS: LedgerSettings. When the names are used up, those who have not answered go, and with
// them the records; at most once in kCompactEveryMs.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "federation/envelope/transport_view.h"
#include "federation/memory/absences.h"
#include "federation/memory/life_sign.h"
#include "federation/memory/node_roster.h"
#include "federation/memory/request_log.h"

namespace antiphon::federation {

// kWatch: learns and shows, but leaves nothing out.
enum class PlacementMode : uint8_t { kOff, kWatch, kOn };
std::string_view placement_name(PlacementMode mode);

struct LedgerSettings {
  PlacementMode placement = PlacementMode::kOff;
  int64_t absence_ms = 60'000;
  // After a new connection to the collective: its nodes come back within 20 s and a half.
  int64_t settle_ms = 60'000;
  size_t absences = 1 << 17;  // 2 MiB, if placement is not off
  size_t nodes_max = 1 << 16;
  int64_t here_ms = 24 * 3600 * 1000;
  size_t requests = 64;
};

struct PlacementCounts {
  PlacementMode mode = PlacementMode::kOff;
  uint32_t names = 0;   // known, of answers and of requests
  uint32_t here = 0;    // nodes that were heard from
  uint32_t absent = 0;  // subjects that nobody listens to
  uint64_t told = 0;    // how often the broker has said so
  uint64_t unnamed = 0;      // nodes for whose name there was no room
  uint64_t compactions = 0;  // how often names were thrown away to make some
  std::array<uint64_t, kLifeSigns> signs{};  // of nodes, by themselves
  uint64_t nameless = 0;     // signs that named nobody
};

// What is known of one target.
struct TargetFacts {
  int64_t heard_ms_ago = -1;     // its node, at this site
  int64_t absent_ms_ago = -1;    // when the collective's broker said that nobody listens
  bool left_out = false;         // a request would not be sent there
};

// What one request came to, message by message.
struct Passing {
  uint32_t published = 0;
  uint32_t elsewhere = 0;
  uint32_t duplicates = 0;
  Refusal refusal = Refusal::kNone;
};

class Ledger {
 public:
  Ledger(const LedgerSettings& settings, uint64_t seed);

  // ---- Placement
  bool learns() const { return settings_.placement != PlacementMode::kOff; }
  uint64_t key_of(std::string_view target) const { return absences_.key_of(target); }
  bool is_elsewhere(std::string_view target, int64_t now_ms) const;
  // The collective's broker has no subscriber for the target of this key.
  void nobody_listens(uint64_t key, int64_t now_ms);
  // A new connection to the collective: its nodes may still be on their way back to it, so nothing
  // is learned of who is absent until settle_ms have passed.
  void collective_opened(int64_t now_ms);
  // A sign of life, or of its end, that a node gave by itself; an empty name is only counted.
  void node_gave(LifeSign sign, std::string_view name, int64_t now_ms);

  // ---- Messages
  // REQUIRES: the transport was scanned.
  void request_came(const TransportView& transport, const Passing& passing, int64_t now_ns);
  void reply_passed(const TransportView& transport, int64_t now_ns);

  // ---- What is known
  const RequestRecord* find_request(std::string_view id) const { return requests_.find(id); }
  const RequestLog& requests() const { return requests_; }
  const NodeRoster& nodes() const { return nodes_; }
  TargetFacts facts(std::string_view target, int64_t now_ms) const;
  PlacementCounts counts(int64_t now_ms) const;

  static constexpr int64_t kCompactEveryMs = 60'000;

 private:
  uint32_t number_of(std::string_view name, int64_t now_ms);
  void note_targets(const TransportView& transport, RequestRecord& record, int64_t now_ms);

  const LedgerSettings settings_;
  NodeRoster nodes_;
  Absences absences_;
  RequestLog requests_;
  int64_t learns_from_ms_ = 0;
  int64_t compacted_ms_ = INT64_MIN / 2;
  uint64_t told_ = 0;
  uint64_t unnamed_ = 0;
  uint64_t compactions_ = 0;
  std::array<uint64_t, kLifeSigns> signs_{};
  uint64_t nameless_ = 0;
};

// The name of the node that a subject COLLECTIVE.node.NAME means; empty for other subjects.
std::string_view node_of_target(std::string_view target);
// A JSON string that needs no decoding, without its quotes; else empty.
std::string_view plain_text(std::string_view quoted);

}  // namespace antiphon::federation
