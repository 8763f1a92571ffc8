#include "broker/session/close_reason.h"

namespace antiphon {

std::string_view close_reason_text(CloseReason reason) {
  switch (reason) {
    case CloseReason::kNone: return "";
    case CloseReason::kClientClosed: return "Client Closed";
    case CloseReason::kAuthenticationTimeout: return "Authentication Timeout";
    case CloseReason::kAuthenticationFailure: return "Authentication Failure";
    case CloseReason::kTlsHandshakeFailure: return "TLS Handshake Failure";
    case CloseReason::kSlowConsumerPendingBytes: return "Slow Consumer (Pending Bytes)";
    case CloseReason::kSlowConsumerWriteDeadline: return "Slow Consumer (Write Deadline)";
    case CloseReason::kWriteError: return "Write Error";
    case CloseReason::kReadError: return "Read Error";
    case CloseReason::kParseError: return "Parse Error";
    case CloseReason::kStaleConnection: return "Stale Connection";
    case CloseReason::kProtocolViolation: return "Protocol Violation";
    case CloseReason::kBadClientProtocolVersion: return "Bad Client Protocol Version";
    case CloseReason::kMaximumConnections: return "Maximum Connections Exceeded";
    case CloseReason::kMaximumAccountConnections: return "Maximum Account Connections Exceeded";
    case CloseReason::kMaximumPayload: return "Maximum Message Payload Exceeded";
    case CloseReason::kMaximumControlLine: return "Maximum Control Line Exceeded";
    case CloseReason::kServerShutdown: return "Server Shutdown";
    case CloseReason::kHeadersUnsupported: return "Message Header Violation";
    case CloseReason::kNoRespondersRequiresHeaders: return "No Responders Requires Headers";
    case CloseReason::kAuthenticationExpired: return "Authentication Expired";
    case CloseReason::kCredentialsRevoked: return "Credentials Revoked";
    case CloseReason::kKicked: return "Kicked";
    case CloseReason::kOutOfDescriptors: return "Out of Descriptors";
    case CloseReason::kHandshakeQueueFull: return "TLS Handshake Queue Full";
    case CloseReason::kSlowConsumerPendingBudget: return "Slow Consumer (Pending Budget)";
    case CloseReason::kBytesBeforeLogin: return "Too Many Bytes Before Login";
    case CloseReason::kAuthorityRemoved: return "Certificate Authority Removed";
    case CloseReason::kCount: break;
  }
  return "Unknown State";
}

bool flushes_before_close(CloseReason reason) {
  switch (reason) {
    case CloseReason::kReadError:
    case CloseReason::kWriteError:
    case CloseReason::kSlowConsumerPendingBytes:
    case CloseReason::kSlowConsumerWriteDeadline:
    case CloseReason::kSlowConsumerPendingBudget: return false;
    default: return true;
  }
}

bool is_slow_consumer(CloseReason reason) {
  return reason == CloseReason::kSlowConsumerPendingBytes ||
         reason == CloseReason::kSlowConsumerWriteDeadline ||
         reason == CloseReason::kSlowConsumerPendingBudget;
}

}  // namespace antiphon
