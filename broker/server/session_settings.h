// From a broker's options to what its sessions need.
#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "broker/auth/choria_audit.h"
#include "broker/auth/server_identity.h"
#include "broker/config/broker_options.h"
#include "broker/session/settings.h"

namespace antiphon {

// `info` says who this server is (id, name, host, port); limits and TLS flags are filled in.
// `known_accounts`: those of the settings before, by number; they keep their numbers. `identity` signs
// questions to services that decide who clients are. `audit` gets the logins
// in Choria's dialect. The error names the file that could not be used.
absl::StatusOr<std::shared_ptr<const SessionSettings>> make_session_settings(
    const BrokerOptions& options, ServerInfo info, std::vector<std::string> known_accounts,
    std::shared_ptr<const ServerIdentity> identity, std::shared_ptr<AuditSink> audit = nullptr);

// The part of these settings that says which accounts there are, who may come in and what they share.
absl::Status add_accounts(const BrokerOptions& options, std::vector<std::string> known_accounts,
                          std::shared_ptr<const ServerIdentity> identity,
                          std::shared_ptr<AuditSink> audit, SessionSettings& settings);

// What all pending output may take: as configured, or by the memory there is.
uint64_t pending_total_bytes(const BrokerOptions& options);

// The certificate settings of the client listener, which monitoring over https shares.
TlsSettings tls_settings(const TlsOptions& options);

}  // namespace antiphon
