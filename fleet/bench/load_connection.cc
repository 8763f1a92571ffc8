#include "fleet/bench/load_connection.h"

#include <absl/strings/str_cat.h>
#include <poll.h>

#include <algorithm>
#include <cstring>

#include "broker/net/tls_stream.h"
#include "broker/runtime/clock.h"
#include "fleet/wire/connect_line.h"
#include "fleet/wire/dial.h"
#include "fleet/wire/tls_handshake.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/server_info_parse.h"

namespace antiphon::fleet::bench {
namespace {

constexpr int kStopCheckMs = 100;
constexpr size_t kLineReadBytes = 4096;
constexpr std::string_view kInfo = "INFO ";
constexpr std::string_view kPong = "PONG";
constexpr std::string_view kErr = "-ERR";

}  // namespace

absl::StatusOr<LoadConnection> LoadConnection::open(const ClientSettings& settings,
                                                    std::string_view name, std::string_view lines,
                                                    const Credentials& credentials) {
  LoadConnection made;
  made.deadline_ms_ = steady_now().ms() + settings.timeout_ms;
  if (absl::Status status = made.dial(settings); !status.ok()) return status;
  if (absl::Status status = made.log_in(settings, name, lines, credentials); !status.ok()) {
    return status;
  }
  return made;
}

bool LoadConnection::await(short events, int timeout_ms) const {
  pollfd waiting{transport_.descriptor(), events, 0};
  return ::poll(&waiting, 1, timeout_ms) > 0;
}

bool LoadConnection::await_readable(int timeout_ms) const {
  return await(POLLIN, timeout_ms);
}

absl::Status LoadConnection::dial(const ClientSettings& settings) {
  DialStart start = start_dial(settings.servers.front(), std::nullopt);
  int error = start.error;
  if (error == 0) {
    transport_ = Transport(start.descriptor.release());
    if (!await(POLLOUT, static_cast<int>(settings.timeout_ms))) error = ETIMEDOUT;
    if (error == 0) error = dial_error(transport_.descriptor());
  }
  if (error == 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot connect to ", settings.servers.front().url, ": ", std::strerror(error)));
}

absl::StatusOr<std::string> LoadConnection::await_line(std::string_view verb) {
  while (true) {
    for (size_t end; (end = unread_.find("\r\n")) != std::string::npos;) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 2);
      if (line.compare(0, verb.size(), verb) == 0) return line;
      if (line.compare(0, kErr.size(), kErr) == 0) return absl::UnavailableError(line);
    }
    const int64_t left_ms = deadline_ms_ - steady_now().ms();
    if (left_ms <= 0) return absl::DeadlineExceededError("timed out waiting for the server");
    char bytes[kLineReadBytes];
    const IoResult result = transport_.read(bytes, sizeof bytes);
    if (result.status == IoStatus::kDone) {
      unread_.append(bytes, result.bytes);
    } else if (result.status != IoStatus::kWouldBlock) {
      return absl::UnavailableError("closed by the server");
    } else {
      await(POLLIN, static_cast<int>(left_ms));
    }
  }
}

absl::Status LoadConnection::shake_hands(const ClientSettings& settings) {
  if (settings.tls == nullptr) return absl::UnavailableError("the server demands TLS");
  SslPtr tls = begin_handshake(*settings.tls, transport_.descriptor(), settings.servers.front(),
                               settings.check_host_name);
  if (tls == nullptr) return absl::InternalError(take_openssl_errors());
  std::string error;
  while (true) {
    const HandshakeStep step = advance_handshake(tls.get(), error);
    if (step == HandshakeStep::kDone) break;
    if (step == HandshakeStep::kClosed) error = "closed by the server";
    if (step != HandshakeStep::kWaiting) return absl::UnavailableError("tls: " + error);
    const int64_t left_ms = deadline_ms_ - steady_now().ms();
    if (left_ms <= 0) return absl::DeadlineExceededError("tls: timed out");
    const bool writes = SSL_want_write(tls.get());
    await(writes ? POLLOUT : POLLIN, static_cast<int>(left_ms));
  }
  const int descriptor = transport_.detach();
  transport_ = Transport(descriptor, std::make_unique<TlsStream>(std::move(tls)));
  return absl::OkStatus();
}

absl::Status LoadConnection::log_in(const ClientSettings& settings, std::string_view name,
                                    std::string_view lines, const Credentials& credentials) {
  if (settings.handshake_first) {
    if (absl::Status status = shake_hands(settings); !status.ok()) return status;
  }
  const absl::StatusOr<std::string> line = await_line(kInfo);
  if (!line.ok()) return line.status();
  ServerInfo info;
  if (!parse_server_info(std::string_view(*line).substr(kInfo.size()), info)) {
    return absl::UnavailableError("malformed INFO");
  }
  const bool over_tls = settings.tls_wanted || settings.servers.front().tls || info.tls_required;
  if (over_tls && !settings.handshake_first) {
    if (absl::Status status = shake_hands(settings); !status.ok()) return status;
  }
  std::string out;
  append_connect_line(name, sign_nonce(credentials, info.nonce), over_tls, out);
  out.append(lines).append("PING\r\n");
  const std::atomic<bool> never{false};
  if (!write(out, never)) return absl::UnavailableError("closed by the server");
  return await_line(kPong).status();
}

bool LoadConnection::write(std::string_view bytes, const std::atomic<bool>& stop) {
  while (!bytes.empty()) {
    const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
    const IoResult result = transport_.write(&piece, 1);
    if (result.status == IoStatus::kDone) {
      bytes.remove_prefix(result.bytes);
    } else if (result.status != IoStatus::kWouldBlock) {
      return false;
    } else if (!await(POLLOUT, kStopCheckMs) && stop.load(std::memory_order_relaxed)) {
      return false;
    }
  }
  return true;
}

}  // namespace antiphon::fleet::bench
