// The texts a client meets in -ERR, exactly as nats-server writes them; client libraries match on
// them.
#pragma once

#include <string_view>

namespace antiphon::error_text {

inline constexpr std::string_view kUnknownOperation = "Unknown Protocol Operation";
inline constexpr std::string_view kAuthorizationViolation = "Authorization Violation";
inline constexpr std::string_view kAuthenticationTimeout = "Authentication Timeout";
inline constexpr std::string_view kUserAuthenticationExpired = "User Authentication Expired";
inline constexpr std::string_view kAccountAuthenticationExpired =
    "Account Authentication Expired";
inline constexpr std::string_view kUserAuthenticationRevoked = "User Authentication Revoked";
inline constexpr std::string_view kStaleConnection = "Stale Connection";
inline constexpr std::string_view kInvalidSubject = "Invalid Subject";
inline constexpr std::string_view kInvalidPublishSubject = "Invalid Publish Subject";
inline constexpr std::string_view kMaximumPayload = "Maximum Payload Violation";
inline constexpr std::string_view kMaximumControlLine = "maximum control line exceeded";
inline constexpr std::string_view kMaximumConnections = "maximum connections exceeded";
inline constexpr std::string_view kMaximumAccountConnections =
    "maximum account active connections exceeded";
inline constexpr std::string_view kMaximumSubscriptions = "maximum subscriptions exceeded";
inline constexpr std::string_view kNoRespondersRequiresHeaders =
    "no responders requires headers support";
inline constexpr std::string_view kInvalidClientProtocol = "invalid client protocol";
// Ours.
inline constexpr std::string_view kTooMuchBeforeLogin = "too many bytes before login";

}  // namespace antiphon::error_text
