// The rows of the option table, section by section, and what their columns are written with.
//
// SEE: option_table.h, which is what everybody else reads.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <variant>

#include "broker/config/option_table.h"

namespace antiphon::option_rows {

// In this order they are the table, and the documentation.
std::span<const Option> connection();
std::span<const Option> login();
std::span<const Option> tls();
std::span<const Option> operation();
std::span<const Option> choria();

inline constexpr OptionBounds kNatural{};
inline constexpr OptionBounds kPositive{0, std::numeric_limits<int64_t>::max(), true};
inline constexpr OptionBounds kSize32{0, std::numeric_limits<int32_t>::max(), true};
inline constexpr OptionBounds kPortRange{kRandomPort, 65535, false};
inline constexpr OptionBounds kListenPortRange{kRandomPort, 65535, true};
inline constexpr OptionBounds kTokenCount{0, 255, false};
inline constexpr OptionBounds kAnyNumber{std::numeric_limits<int64_t>::min()};
inline constexpr OptionBounds kNotEmpty{1};
inline constexpr OptionBounds kEmptyIsDefault{0, std::numeric_limits<int64_t>::max(), true};
inline constexpr OptionBounds kThreadRange{0, 64, false};  // kShardsMax of broker/runtime

inline constexpr bool kReload = true;
inline constexpr bool kRestart = false;

// The field `inner` of the part `outer`, as a function that Option can hold.
template <auto outer, auto inner>
auto& field(BrokerOptions& options) {
  return (options.*outer).*inner;
}

// Short names for the parts, so that a row fits its lines.
using Broker = BrokerOptions;
template <auto inner>
inline constexpr auto kListen = &field<&Broker::listen, inner>;
template <auto inner>
inline constexpr auto kIdentity = &field<&Broker::identity, inner>;
template <auto inner>
inline constexpr auto kLimits = &field<&Broker::limits, inner>;
template <auto inner>
inline constexpr auto kTimeouts = &field<&Broker::timeouts, inner>;
template <auto inner>
inline constexpr auto kLameDuck = &field<&Broker::lame_duck, inner>;
template <auto inner>
inline constexpr auto kTls = &field<&Broker::tls, inner>;
template <auto inner>
inline constexpr auto kAuth = &field<&Broker::authorization, inner>;
template <auto inner>
auto& operator_field(BrokerOptions& options) {
  return options.authorization.operator_mode.*inner;
}
template <auto inner>
inline constexpr auto kOperators = &operator_field<inner>;
template <auto inner>
auto& callout_field(BrokerOptions& options) {
  return options.authorization.callout.*inner;
}
template <auto inner>
inline constexpr auto kCallout = &callout_field<inner>;
template <auto inner>
inline constexpr auto kMonitoring = &field<&Broker::monitoring, inner>;
template <auto inner>
inline constexpr auto kLogging = &field<&Broker::logging, inner>;
template <auto inner>
inline constexpr auto kProcess = &field<&Broker::process, inner>;
template <auto inner>
inline constexpr auto kFeatures = &field<&Broker::features, inner>;
template <auto inner>
inline constexpr auto kThreads = &field<&Broker::threads, inner>;
template <auto inner>
inline constexpr auto kChoria = &field<&Broker::choria, inner>;

inline constexpr std::monostate kNoField{};
using T = OptionType;

}  // namespace antiphon::option_rows
