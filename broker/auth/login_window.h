// From where, when and how a user may log in, as its JWT limits it.
//
// INVARIANTS: what cannot be understood (a network, a time, a place, a kind) allows nothing.
// SHARD: any; pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/nats/claims.h"
#include "protocol/nats/connection_kind.h"

namespace antiphon {

// Whether `ip` (IPv4 as an IPv4-mapped IPv6 address) lies in one of the networks ("10.0.0.0/8");
// with none given it does. An IPv6 network holds no IPv4 address.
bool is_in_networks(const std::array<uint8_t, 16>& ip, const std::vector<std::string>& networks);

// Whether one of the words names this kind of connection; with none given it does.
bool may_come_by(const std::vector<std::string>& words, ConnectionKind kind);

// Whether `now_ns` (since 1970) lies in one of the ranges of the day, and when the one that lasts
// longest ends; 0: never, as with none given. A range may go beyond midnight. Nothing: not now.
std::optional<int64_t> end_of_window_ns(const std::vector<TimeRange>& ranges,
                                        const std::string& location, int64_t now_ns);

}  // namespace antiphon
