// Rows of the option table: monitoring, logging, files, and the rest.
#include "broker/config/option_rows.h"

namespace antiphon::option_rows {
namespace {

// clang-format off
const Option kRows[] = {
    // Monitoring.
    {"http", "", "", T::kAddress, kMonitoring<&MonitoringOptions::host>, kPortRange, kRestart,
     "the clients' host, no port",
     "Address for monitoring, `host:port` or a port alone."},
    {"http_port", "monitor_port", "plugin.choria.stats_port", T::kPort,
     kMonitoring<&MonitoringOptions::http_port>, kPortRange, kRestart, "",
     "Port for monitoring, on the clients' host; 0 is off, -1 lets the system choose one."},
    {"https", "", "", T::kAddress, kNoField, kPortRange, kRestart, "",
     "Address for monitoring over TLS, with the certificate of `tls`."},
    {"https_port", "", "", T::kPort, kMonitoring<&MonitoringOptions::https_port>, kPortRange,
     kRestart, "", "Port for monitoring over TLS; 0 is off, -1 lets the system choose one."},
    {"http_base_path", "", "", T::kText, kMonitoring<&MonitoringOptions::base_path>, kNatural,
     kRestart, "", "Path below which the monitoring pages are found."},

    // Logging and files.
    {"debug", "", "", T::kBool, kLogging<&LoggingOptions::debug>, kNatural, kReload, "",
     "Whether debugging lines are logged; on with Choria's `loglevel = debug`."},
    {"trace", "", "", T::kBool, kLogging<&LoggingOptions::trace>, kNatural, kReload, "",
     "Whether every protocol line is logged."},
    {"trace_verbose", "", "", T::kBool, kLogging<&LoggingOptions::trace_verbose>, kNatural,
     kReload, "", "As `trace`, and the system account's too."},
    {"trace_headers", "", "", T::kBool, kLogging<&LoggingOptions::trace_headers>, kNatural,
     kReload, "", "As `trace`, but of messages only the headers."},
    {"max_traced_msg_len", "", "", T::kBytes, kLogging<&LoggingOptions::traced_bytes_max>,
     kAnyNumber, kReload, "", "How much of a message is traced; 0 or less means all."},
    {"logtime", "", "", T::kBool, kLogging<&LoggingOptions::logtime>, kNatural, kReload, "",
     "Whether log lines begin with the time."},
    {"logtime_utc", "", "", T::kBool, kLogging<&LoggingOptions::logtime_utc>, kNatural, kReload,
     "", "Whether that time is UTC instead of local."},
    {"log_file", "logfile", "logfile", T::kLogFile, kLogging<&LoggingOptions::destination>,
     kNatural, kReload, "standard error; in Choria's dialect standard output",
     "File that is logged to."},
    {"log_size_limit", "logfile_size_limit", "", T::kBytes,
     kLogging<&LoggingOptions::file_bytes_max>, kAnyNumber, kRestart, "",
     "Size at which the log file is set aside and begun anew; 0 or less means never."},
    {"log_max_num", "logfile_max_num", "", T::kNumber, kLogging<&LoggingOptions::files_max>,
     kAnyNumber, kRestart, "", "How many log files set aside are kept; 0 or less means all."},
    {"pid_file", "pidfile", "", T::kPath, kProcess<&ProcessOptions::pid_file>, kNatural, kRestart,
     "", "File that the process id is written to."},
    {"ports_file_dir", "", "", T::kPath, kProcess<&ProcessOptions::ports_file_dir>, kNatural,
     kRestart, "", "Folder for a file that names the ports in use."},

    // The rest.
    {"no_header_support", "", "", T::kBool, kFeatures<&FeatureOptions::no_header_support>,
     kNatural, kRestart, "", "Whether message headers are refused."},
    {"disable_sublist_cache", "no_sublist_cache", "", T::kBool,
     kFeatures<&FeatureOptions::disable_sublist_cache>, kNatural, kRestart, "",
     "Whether the cache of matched subjects is off."},
    {"connect_error_reports", "", "", T::kNumber, kNoField, kAnyNumber, kReload, "",
     "Accepted; concerns only connections between servers."},
    {"reconnect_error_reports", "", "", T::kNumber, kNoField, kAnyNumber, kReload, "",
     "Accepted; concerns only connections between servers."},
    {"no_system_account", "no_system no_sys_acc", "", T::kBool, kNoField, kNatural, kReload,
     "", "Accepted without effect: without users in it nobody reaches the system account."},
    {"antiphon", "", "", T::kBlock, kNoField, kNatural, kRestart, "",
     "Options of this broker alone; nats-server refuses a file that has this block."},
    {"antiphon.log_level", "", "loglevel", T::kLogLevel, kLogging<&LoggingOptions::level>,
     kNatural, kReload, "", "Least important lines that are logged: info, warn, error or fatal; "
     "Choria's debug sets `debug` too."},
    {"antiphon.always_nonce", "", "", T::kBool, kFeatures<&FeatureOptions::always_nonce>, kNatural,
     kReload, "false; always true in Choria's dialect",
     "Whether INFO tells each client a nonce to sign even where nobody has to sign one."},
    {"antiphon.shards", "", "", T::kNumber, kThreads<&ThreadOptions::shards>, kThreadRange, kRestart,
     "one for each processor", "How many threads share the connections among them."},
    {"antiphon.handshake_threads", "", "", T::kNumber, kThreads<&ThreadOptions::handshakes>,
     kThreadRange, kRestart, "one for each two shards",
     "How many threads make TLS handshakes: more than half of the processors only where a fleet that comes "
     "back at once matters more than who is connected."},
    {"antiphon.max_pending_total", "", "", T::kBytes,
     kLimits<&LimitOptions::pending_total_bytes_max>, kNatural, kReload, "a quarter of the memory",
     "How much memory may wait to be sent to all clients together; beyond it the slowest with the most "
     "are closed."},
    {"antiphon.tls_tickets", "", "", T::kBool, kTls<&TlsOptions::tickets>, kNatural, kReload, "",
     "Whether TLS clients may resume a session with a ticket, for up to two hours; most clients of "
     "fleets cannot."},
    {"antiphon.tls_ticket_secret", "", "", T::kPath, kTls<&TlsOptions::ticket_secret_file>, kNatural,
     kReload, "a secret of this process",
     "File with 32 to 4096 random bytes from which ticket keys are made, a new set every hour; servers "
     "with the same file take each other's tickets."},
};
// clang-format on

}  // namespace

std::span<const Option> operation() { return kRows; }

}  // namespace antiphon::option_rows
