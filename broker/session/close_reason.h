// Why a connection ended: exactly one of these, shown in /connz and counted per reason.
#pragma once

#include <cstdint>
#include <string_view>

namespace antiphon {

// The texts are nats-server's (its ClosedState), so that dashboards keep working;
// reasons that only this server has say so.
enum class CloseReason : uint8_t {
  kNone,
  kClientClosed,
  kAuthenticationTimeout,
  kAuthenticationFailure,
  kTlsHandshakeFailure,
  kSlowConsumerPendingBytes,
  kSlowConsumerWriteDeadline,
  kWriteError,
  kReadError,
  kParseError,
  kStaleConnection,
  kProtocolViolation,
  kBadClientProtocolVersion,
  kMaximumConnections,
  kMaximumAccountConnections,
  kMaximumPayload,
  kMaximumControlLine,
  kServerShutdown,
  kHeadersUnsupported,
  kNoRespondersRequiresHeaders,
  kAuthenticationExpired,
  kCredentialsRevoked,
  kKicked,
  kOutOfDescriptors,  // ours
  kHandshakeQueueFull,  // ours
  kSlowConsumerPendingBudget,  // ours
  kBytesBeforeLogin,  // ours
  kAuthorityRemoved,  // ours
  kCount,
};
inline constexpr size_t kCloseReasons = static_cast<size_t>(CloseReason::kCount);

std::string_view close_reason_text(CloseReason reason);

// Whether what is queued for the peer (an -ERR, say) is still worth writing.
bool flushes_before_close(CloseReason reason);

// Whether it read too slowly.
bool is_slow_consumer(CloseReason reason);

}  // namespace antiphon
