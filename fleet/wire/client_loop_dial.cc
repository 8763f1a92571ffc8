// The begin of a connection: dial, INFO, TLS, CONNECT.
#include <cerrno>
#include <cstring>

#include "broker/net/tls_context.h"
#include "fleet/wire/client_loop.h"
#include "fleet/wire/dial.h"
#include "fleet/wire/tls_handshake.h"
#include "protocol/bytes/check.h"

namespace antiphon::fleet {

void ClientLoop::dial(LinkId id, size_t server, std::optional<uint32_t> source_ipv4) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kClosed && server < settings_.servers.size());
  link.server = static_cast<uint16_t>(server);
  link.state = LinkState::kDialing;
  ++link.generation;
  InProcessBroker* const inside = settings_.servers[server].in_process;
  if (inside != nullptr) return connect_in_process(link, *inside);
  DialStart start = start_dial(settings_.servers[server], source_ipv4);
  if (start.error != 0) return fail(link, std::strerror(start.error));
  link.transport = Transport(start.descriptor.release());
  if (!poller_.add(link.transport.descriptor(), key_of(link))) {
    return fail(link, std::strerror(errno));
  }
  set_deadline(link, settings_.timeout_ms);
}

void ClientLoop::set_server(size_t index, ServerEndpoint server) {
  AP_CHECK(index < settings_.servers.size());
  settings_.servers[index] = std::move(server);
}

void ClientLoop::connect_in_process(ClientLink& link, InProcessBroker& broker) {
  link.transport = broker.connect_in_process();
  if (!link.transport.is_open()) return fail(link, reason::kNotTaken);
  link.in_process = true;
  link.state = LinkState::kAwaitingInfo;
  if (!poller_.add(link.transport.descriptor(), key_of(link))) {
    return fail(link, std::strerror(errno));
  }
  set_deadline(link, settings_.timeout_ms);
}

void ClientLoop::finish_dial(ClientLink& link) {
  const int error = dial_error(link.transport.descriptor());
  if (error != 0) return fail(link, std::strerror(error));
  set_deadline(link, settings_.timeout_ms);
  if (settings_.handshake_first) return begin_tls(link);
  link.state = LinkState::kAwaitingInfo;
}

void ClientLoop::begin_tls(ClientLink& link) {
  link.state = LinkState::kHandshaking;
  const ServerEndpoint& server = settings_.servers[link.server];
  const TlsContext* tls = server.tls_context ? server.tls_context.get() : settings_.tls.get();
  if (tls == nullptr) return fail(link, "the server demands TLS, which is not set up");
  link.handshake =
      begin_handshake(*tls, link.transport.descriptor(), server, settings_.check_host_name);
  if (link.handshake == nullptr) return fail(link, take_openssl_errors());
  advance_tls(link);
}

void ClientLoop::advance_tls(ClientLink& link) {
  std::string error;
  switch (advance_handshake(link.handshake.get(), error)) {
    case HandshakeStep::kWaiting:
      return;
    case HandshakeStep::kClosed:
      return fail(link, reason::kClosedByServer);
    case HandshakeStep::kFailed:
      return fail(link, error);
    case HandshakeStep::kDone:
      break;
  }
  const int descriptor = link.transport.detach();
  link.transport = Transport(descriptor, std::make_unique<TlsStream>(std::move(link.handshake)));
  if (link.info_seen) return begin_login(link);
  link.state = LinkState::kAwaitingInfo;
}

void ClientLoop::begin_login(ClientLink& link) {
  link.state = LinkState::kLoggingIn;
  line_.clear();
  const auto nonce = nonces_.find(id_of(link).value);
  events_.write_connect(id_of(link), link.is_tls(),
                        nonce != nonces_.end() ? std::string_view(nonce->second) : "", line_);
  if (nonce != nonces_.end()) nonces_.erase(nonce);
  append(link, line_);
  ping(link);
}

}  // namespace antiphon::fleet
