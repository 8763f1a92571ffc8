// Identifiers that cannot be mixed up: each kind of number is a type of its own.
#pragma once

#include <compare>
#include <cstdint>

namespace antiphon {

template <typename Tag, typename Number>
struct StrongId {
  Number value{};
  auto operator<=>(const StrongId&) const = default;
};

// Which shard of this process; 0 also coordinates (interest snapshot).
using ShardId = StrongId<struct ShardIdTag, uint16_t>;
// Which account of this process. Index into every shard's account table.
using AccountId = StrongId<struct AccountIdTag, uint32_t>;
// The number shown as `cid`: unique in this process, never reused, first one is 1.
using ClientId = StrongId<struct ClientIdTag, uint64_t>;

// The account of everyone when no accounts are configured.
inline constexpr AccountId kGlobalAccount{0};

// One connection of one shard. A stale id (the slot has been given to another connection since)
// finds nothing, so it can be kept in events, timers and messages without owning anything.
struct SessionId {
  uint32_t slot = 0;
  uint32_t generation = 0;
  bool operator==(const SessionId&) const = default;

  uint64_t packed() const { return static_cast<uint64_t>(generation) << 32 | slot; }
  static SessionId unpack(uint64_t packed) {
    return {static_cast<uint32_t>(packed), static_cast<uint32_t>(packed >> 32)};
  }
};

inline constexpr uint16_t kShardsMax = 64;  // a shard set is one 64-bit mask
using ShardMask = uint64_t;
inline ShardMask mask_of(ShardId shard) { return ShardMask{1} << shard.value; }

}  // namespace antiphon
