// The protocol's limits and defaults, as nats-server 2.15 sets them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace antiphon {

inline constexpr uint32_t kControlLineBytesDefault = 4096;
inline constexpr uint32_t kPayloadBytesDefault = 1024 * 1024;
// Sizes on the wire have at most nine digits, so no limit above that means anything.
inline constexpr uint32_t kPayloadBytesCeiling = 999'999'999;
inline constexpr uint64_t kPendingBytesDefault = 64ull * 1024 * 1024;
// The control-line limit counts the argument alone; the verb and the blanks behind it may take this
// much more.
inline constexpr size_t kVerbBytesMax = 64;
inline constexpr size_t kCrlfBytes = 2;
// CONNECT and INFO are small objects; anything nested deeper is not one of them.
inline constexpr size_t kJsonDepthMax = 128;

}  // namespace antiphon
