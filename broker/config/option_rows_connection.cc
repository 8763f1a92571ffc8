// Rows of the option table: where clients connect, how much they may do, and how long things may take.
#include "broker/config/option_rows.h"

namespace antiphon::option_rows {
namespace {

constexpr int64_t kLameDuckDurationMin = 30'000'000'000;  // the reference server's minimum, in ns

// clang-format off
const Option kRows[] = {
    // Where clients connect.
    {"listen", "", "", T::kAddress, kNoField, kListenPortRange, kRestart, "",
     "Address for clients, `host:port` or a port alone; the same as setting `host` and `port`."},
    {"host", "net", "plugin.choria.network.listen_address", T::kText,
     kListen<&ListenOptions::host>, kEmptyIsDefault, kRestart, "0.0.0.0; in Choria's dialect ::",
     "Address of the interface that clients connect to."},
    {"port", "", "plugin.choria.network.client_port", T::kPort,
     kListen<&ListenOptions::port>, kListenPortRange, kRestart, "",
     "Port that clients connect to; -1 lets the system choose one."},
    {"client_advertise", "", "plugin.choria.network.public_url", T::kText,
     kListen<&ListenOptions::client_advertise>, kNatural, kReload,
     "none; in Choria's dialect the identity and port",
     "Host or `host:port` that clients are told to connect to, in place of the listener's."},
    {"server_name", "", "identity", T::kText,
     kIdentity<&IdentityOptions::server_name>, kNatural, kRestart,
     "the server's id; in Choria's dialect the host's name",
     "Name of this server, without spaces."},
    {"server_tags", "", "", T::kTags, kIdentity<&IdentityOptions::tags>, kNatural, kReload, "",
     "Words that describe this server, shown in /varz in lower case."},
    {"server_metadata", "", "", T::kTextMap,
     kIdentity<&IdentityOptions::metadata>, kNatural, kReload, "",
     "Names and texts that describe this server, shown in /varz."},

    // Limits.
    {"max_connections", "max_conn", "", T::kNumber,
     kLimits<&LimitOptions::connections_max>, kAnyNumber, kReload,
     "65536; in Choria's dialect 50000",
     "How many clients may be connected; 0 or less lets none in."},
    {"max_subscriptions", "max_subs", "", T::kNumber,
     kLimits<&LimitOptions::subscriptions_max>, kAnyNumber, kRestart, "",
     "How many subscriptions one client may have; 0 or less means no limit."},
    {"max_sub_tokens", "max_subscription_tokens", "", T::kNumber,
     kLimits<&LimitOptions::subscription_tokens_max>, kTokenCount, kReload, "",
     "How many tokens the subject of a subscription may have; 0 means no limit."},
    {"max_control_line", "", "", T::kBytes,
     kLimits<&LimitOptions::control_line_bytes_max>, kSize32, kReload, "",
     "Longest protocol line without its payload."},
    {"max_payload", "", "", T::kBytes,
     kLimits<&LimitOptions::payload_bytes_max>, kSize32, kReload, "",
     "Largest message, headers included; not above `max_pending`."},
    {"max_pending", "", "", T::kBytes,
     kLimits<&LimitOptions::pending_bytes_max>, kPositive, kRestart, "",
     "How much may wait to be sent to one client before it is closed as too slow."},
    {"max_closed_clients", "", "", T::kNumber,
     kLimits<&LimitOptions::closed_clients_max>, kPositive, kRestart, "",
     "How many closed connections /connz remembers."},

    // Time.
    {"ping_interval", "", "", T::kDuration,
     kTimeouts<&TimeoutOptions::ping_interval>, kPositive, kReload, "",
     "How long a client may be silent before it is sent a PING."},
    {"ping_max", "", "", T::kNumber,
     kTimeouts<&TimeoutOptions::pings_out_max>, kPositive, kReload, "",
     "How many PINGs a client may leave unanswered."},
    {"write_deadline", "", "plugin.choria.network.write_deadline", T::kDuration,
     kTimeouts<&TimeoutOptions::write_deadline>, kPositive, kReload, "",
     "How long sending to a client may be blocked before it is closed as too slow."},
    {"lame_duck_duration", "", "", T::kDuration,
     kLameDuck<&LameDuckOptions::duration>,
     {kLameDuckDurationMin, std::numeric_limits<int64_t>::max(), false}, kRestart, "",
     "Over what time a server in lame duck mode closes its clients; at least 30s."},
    {"lame_duck_grace_period", "", "", T::kDuration,
     kLameDuck<&LameDuckOptions::grace_period>, kPositive, kRestart, "",
     "How long a server in lame duck mode waits before it closes the first client."},
};
// clang-format on

}  // namespace

std::span<const Option> connection() { return kRows; }

}  // namespace antiphon::option_rows
