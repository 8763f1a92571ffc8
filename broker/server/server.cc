#include "broker/server/server.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "broker/monitor/monitor_server.h"
#include "broker/net/memory_stream.h"
#include "broker/server/files.h"
#include "broker/server/session_settings.h"
#include "broker/server/version.h"
#include "broker/session/close.h"
#include "broker/session/open.h"
#include "broker/session/server_request.h"
#include "broker/system/event_feed.h"
#include "broker/system/system_services.h"

namespace antiphon {
namespace {

uint64_t new_seed() {
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

size_t shard_count(const BrokerOptions& options) {
  if (options.threads.shards > 0) return static_cast<size_t>(options.threads.shards);
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kShardsMax);
}

size_t handshake_threads(const BrokerOptions& options, size_t shards) {
  if (options.threads.handshakes > 0) return static_cast<size_t>(options.threads.handshakes);
  return std::max<size_t>(shards / 2, 1);
}

uint16_t port_to_bind(int64_t port) {
  return port == kRandomPort ? 0 : static_cast<uint16_t>(port);
}

// The command line may name any number; the configuration is checked when it is read.
absl::Status check_port(const char* what, const std::string& host, int64_t port) {
  if (port >= kRandomPort && port <= 65535) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, ": ", host, ":", port, ": invalid port"));
}

}  // namespace

Server::Server(BrokerOptions options, ServerOrigin origin, Log& log)
    : log_(log),
      origin_(std::move(origin)),
      identity_(std::make_shared<const ServerIdentity>()),
      server_id_(identity_->id),
      start_ns_(wall_now_ns()),
      options_(std::make_shared<const BrokerOptions>(std::move(options))),
      config_digest_(origin_.config_digest),
      config_load_ns_(start_ns_),
      audit_(options_->choria.enabled ? std::make_shared<AuditLog>(log) : nullptr) {}

absl::StatusOr<std::unique_ptr<Server>> Server::start(BrokerOptions options, ServerOrigin origin,
                                                      Log& log) {
  std::unique_ptr<Server> server(new Server(std::move(options), std::move(origin), log));
  const absl::Status status = server->open();
  if (!status.ok()) return status;
  return server;
}

// Release and acquire: who sees that the shards run may ask them.
void Server::enter(Phase phase) {
  phase_.store(phase, std::memory_order_release);
  phase_.notify_all();
}

bool Server::wait_until_serving() const {
  phase_.wait(Phase::kStarting, std::memory_order_acquire);
  return phase_.load(std::memory_order_acquire) == Phase::kServing;
}

Server::~Server() {
  if (phase_.load(std::memory_order_relaxed) == Phase::kStarting) enter(Phase::kFailed);
  monitor_ = nullptr;
  asked_reload_.stop();
  asked_accounts_.stop();
  if (system_ != nullptr) system_->stop();
  tell_shutdown();
  // All listeners first: who is cut and comes back at once must find nobody, not a shard that is yet
  // to stop and cuts it again.
  for (auto& thread : threads_) {
    if (!thread->is_running()) continue;
    ask_shard(*thread, [&thread](Shard&) {
      thread->stop_accepting();
      return true;
    });
  }
  for (auto& thread : threads_) {
    Shard& shard = thread->shard();
    shard.post([&shard] {
      shard.sessions.for_each([&shard](Session& session) {
        close_session(shard, session, CloseReason::kServerShutdown);
      });
    });
  }
  for (auto& thread : threads_) thread->stop();
  // What the pools still hand back lands in inboxes nobody empties any more, and closes itself.
  handshakes_ = nullptr;
  slow_work_ = nullptr;
  threads_.clear();
  if (!ports_file_.empty()) ::unlink(ports_file_.c_str());
}

// Before anybody is cut: whoever listens gets it as the last that is said.
void Server::tell_shutdown() {
  if (events_ == nullptr) return;
  events_->stop();
  const bool all_run = std::all_of(threads_.begin(), threads_.end(),
                                   [](const auto& thread) { return thread->is_running(); });
  if (all_run) outlet_.settle();
}

// ---- Start -------------------------------------------------------------------------------------

void Server::log_start() const {
  log_.info(absl::StrCat("Starting antiphon ", kProductVersion));
  log_.info(absl::StrCat("  Version:  ", kNatsVersion, " (the nats-server release it follows)"));
  log_.info(absl::StrCat("  Name:     ", server_info(*options_).server_name));
  log_.info(absl::StrCat("  ID:       ", server_id_));
  log_.info(absl::StrCat("  Shards:   ", shard_count(*options_)));
  log_.info(absl::StrCat("  Pending:  ", pending_total_bytes(*options_) >> 20,
                         " MB of output may wait for all clients together"));
  if (!origin_.config_path.empty()) {
    log_.info(absl::StrCat("Using configuration file: ", origin_.config_path, " (",
                           origin_.config_digest, ")"));
  }
}

void Server::log_listening() const {
  const BrokerOptions& options = *options_;
  log_.info(absl::StrCat("Listening for client connections on ",
                         join_host_port(options.listen.host, port_)));
  if (options.tls.enabled) {
    const bool optional = options.tls.allow_non_tls;
    log_.info(optional ? "TLS available for client connections"
                       : "TLS required for client connections");
    if (options.tls.handshake_first.on && options.tls.handshake_first.fallback_delay.count() == 0) {
      log_.warning(
          "Clients that are not using \"TLS Handshake First\" option will fail to connect");
    }
  }
  log_.info("Server is ready");
}

ServerInfo Server::server_info(const BrokerOptions& options) const {
  ServerInfo info;
  info.server_id = server_id_;
  info.xkey = encode_xkey(identity_->xkey.public_key());
  info.server_name =
      options.identity.server_name.empty() ? server_id_ : options.identity.server_name;
  info.version = kNatsVersion;
  info.host = options.listen.host;
  info.port = port_;
  if (!options.listen.client_advertise.empty()) {
    info.host = options.listen.client_advertise;
    if (const auto advertised = split_host_port(options.listen.client_advertise)) {
      info.host = advertised->host;
      info.port = advertised->port;
    }
  }
  // Only where federation brokers are at home: nats-server's clients never see the field.
  info.multi_publish = options.choria.enabled;
  info.lame_duck = lame_.load(std::memory_order_relaxed);  // control thread writes and reads it
  return info;
}

std::string Server::client_url() const {
  const ServerInfo info = server_info(*options());
  return "nats://" + join_host_port(info.host, info.port);
}

absl::StatusOr<std::vector<Listener>> Server::open_listeners() {
  const ListenOptions& listen = options_->listen;
  const absl::Status valid = check_port("Error listening on port", listen.host, listen.port);
  if (!valid.ok()) return valid;
  const uint16_t port = port_to_bind(listen.port);
  std::vector<Listener> listeners;
  if (threads_.size() == 1) {
    auto only = Listener::open(listen.host, port, Listener::Use::kAlone);
    if (!only.ok()) return only.status();
    listeners.push_back(*std::move(only));
    return listeners;
  }
  {
    // Sharing a port would let a second server in; so try whether it is ours alone first.
    auto probe = Listener::open(listen.host, port, Listener::Use::kAlone);
    if (!probe.ok()) return probe.status();
  }
  for (size_t i = 0; i < threads_.size(); ++i) {
    const uint16_t chosen = listeners.empty() ? port : listeners.front().port();
    auto shared = Listener::open(listen.host, chosen, Listener::Use::kShared);
    if (!shared.ok()) return shared.status();
    listeners.push_back(*std::move(shared));
  }
  return listeners;
}

absl::Status Server::open() {
  const BrokerOptions& options = *options_;
  const size_t count = shard_count(options);
  // Settings are made twice, because INFO names the port, and that is known only after binding; the
  // first time is for what may be wrong with them.
  auto settings = make_session_settings(options, server_info(options), accounts_, identity_, audit_);
  if (!settings.ok()) return settings.status();
  if (audit_ != nullptr) {
    const absl::Status opened = audit_->open(options.choria.audit_file);
    if (!opened.ok()) return opened;
  }
  log_start();

  closed_sessions_ =
      std::make_unique<ClosedSessions>(static_cast<size_t>(options.limits.closed_clients_max));
  mesh_ = std::make_unique<Mesh>(static_cast<uint16_t>(count));
  slow_work_ = std::make_unique<WorkPool>(std::max<size_t>(count / 2, 1));
  handshakes_ = std::make_unique<HandshakePool>(handshake_threads(options, count), &log_);
  ShardServices services;
  services.mesh = mesh_.get();
  services.counts = &counts_;
  services.log = &log_;
  services.closed_sessions = closed_sessions_.get();
  services.handshakes = handshakes_.get();
  services.slow_work = slow_work_.get();
  pending_budget_ = std::make_unique<PendingBudget>(static_cast<uint32_t>(count),
                                                    pending_total_bytes(options));
  services.pending_budget = pending_budget_.get();
  system_ = std::make_unique<SystemServices>(*this, server_id_, [this](SystemAnswer answer) {
    Shard& shard = threads_[answer.shard.value]->shard();
    shard.post([&shard, answer = std::move(answer)] {
      publish_from_server(shard, answer.account, answer.subject, answer.payload, answer.headers);
    });
  }, static_cast<ServerControl&>(*this));
  services.requests = system_.get();
  events_ = std::make_unique<EventFeed>(*this, outlet_, server_id_);
  services.events = events_.get();
  services.callouts = &callouts_;
  services.seed = new_seed();
  for (size_t i = 0; i < count; ++i) {
    threads_.push_back(
        std::make_unique<ShardThread>(ShardId{static_cast<uint16_t>(i)}, services, *settings));
  }
  auto listeners = open_listeners();
  if (!listeners.ok()) return listeners.status();
  port_ = listeners->front().port();
  settings = make_session_settings(options, server_info(options), accounts_, identity_, audit_);
  if (!settings.ok()) return settings.status();
  accounts_ = (*settings)->accounts;
  for (auto& thread : threads_) thread->shard().adopt(*settings);
  tls_ = (*settings)->tls;

  absl::Status status = start_monitoring();
  if (status.ok()) status = write_files();
  if (!status.ok()) return status;
  for (size_t i = 0; i < count; ++i) threads_[i]->start(std::move((*listeners)[i]));
  enter(Phase::kServing);
  events_->start();
  log_listening();
  return absl::OkStatus();
}

absl::Status Server::start_monitoring() {
  const MonitoringOptions& monitoring = options_->monitoring;
  if (monitoring.http_port == 0 && monitoring.https_port == 0) return absl::OkStatus();
  MonitorSettings settings;
  settings.host = monitoring_host(*options_);
  for (const int64_t port : {monitoring.http_port, monitoring.https_port}) {
    const absl::Status valid = check_port("Can't start monitoring", settings.host, port);
    if (!valid.ok()) return valid;
  }
  if (monitoring.http_port != 0) settings.http_port = port_to_bind(monitoring.http_port);
  if (monitoring.https_port != 0) {
    settings.https_port = port_to_bind(monitoring.https_port);
    settings.tls = tls_settings(options_->tls);
  }
  settings.base_path = monitoring.base_path;
  auto monitor = MonitorServer::start(*this, settings);
  if (!monitor.ok()) return monitor.status();
  monitor_ = *std::move(monitor);
  // Relaxed: numbers to be shown.
  http_port_.store(monitor_->http_port(), std::memory_order_relaxed);
  https_port_.store(monitor_->https_port(), std::memory_order_relaxed);
  if (monitor_->http_port() != 0) {
    log_.info(absl::StrCat("Starting http monitor on ",
                           join_host_port(settings.host, monitor_->http_port())));
  }
  if (monitor_->https_port() != 0) {
    log_.info(absl::StrCat("Starting https monitor on ",
                           join_host_port(settings.host, monitor_->https_port())));
  }
  return absl::OkStatus();
}

absl::Status Server::write_files() {
  const BrokerOptions& options = *options_;
  if (!options.process.pid_file.empty()) {
    const absl::Status status = write_pid_file(options.process.pid_file);
    if (!status.ok()) return status;
  }
  if (options.process.ports_file_dir.empty()) return absl::OkStatus();
  Ports ports;
  const bool tls_required = options.tls.enabled && !options.tls.allow_non_tls;
  ports.nats = listener_urls(tls_required ? "tls" : "nats", options.listen.host, port_);
  if (monitor_ != nullptr) {
    const bool https = monitor_->https_port() != 0;
    ports.monitoring = listener_urls(https ? "https" : "http", monitoring_host(options),
                                     https ? monitor_->https_port() : monitor_->http_port());
  }
  ports_file_ = ports_file_path(options.process.ports_file_dir, origin_.program);
  return write_ports_file(ports_file_, ports);
}

// ---- Clients within the process ----------------------------------------------------------------

Transport Server::connect_in_process() {
  // Relaxed: a connection that comes just before is closed with the others.
  if (lame_.load(std::memory_order_relaxed)) return {};
  auto connection = connect_in_memory();
  if (!connection) return {};
  Shard& shard = threads_.front()->shard();
  shard.post([&shard, end = std::move(connection->one)]() mutable {
    take_in_process_connection(shard, std::move(end));
  });
  return std::move(connection->other);
}

void Server::set_companion(std::shared_ptr<Companion> companion) {
  const std::lock_guard lock(mutex_);
  companion_ = std::move(companion);
}

// ---- Lame duck ---------------------------------------------------------------------------------

void Server::begin_lame_duck() {
  if (lame_duck_.has_value()) return;
  log_.info("Entering lame duck mode, stop accepting new clients");
  events_->tell_lame_duck();
  for (size_t i = 0; i < threads_.size(); ++i) {
    ShardThread& thread = *threads_[i];
    const auto ids = ask_shard(thread, [&thread](Shard& shard) {
      thread.stop_accepting();
      std::vector<SessionId> found;
      shard.sessions.for_each([&](const Session& session) { found.push_back(session.id); });
      return found;
    });
    for (const SessionId id : ids) lame_duck_order_.emplace_back(i, id);
  }
  std::shuffle(lame_duck_order_.begin(), lame_duck_order_.end(), std::mt19937_64(new_seed()));
  const auto milliseconds = [](Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  };
  // With nobody connected there is nothing to wait for.
  const int64_t grace_ms =
      lame_duck_order_.empty() ? 0 : milliseconds(options_->lame_duck.grace_period);
  lame_duck_.emplace(steady_now().ms(), grace_ms, milliseconds(options_->lame_duck.duration),
                     lame_duck_order_.size());
  lame_.store(true, std::memory_order_relaxed);
  auto settings = std::make_shared<SessionSettings>(*threads_.front()->shard().settings);
  settings->info.lame_duck = true;
  adopt_settings(settings, false);
}

bool Server::continue_lame_duck() {
  const int64_t now_ms = steady_now().ms();
  const uint64_t due = lame_duck_->due(now_ms);
  if (due > 0 && lame_duck_closed_ == 0) log_.info("Closing existing clients");
  for (; lame_duck_closed_ < due; ++lame_duck_closed_) {
    const auto [index, id] = lame_duck_order_[lame_duck_closed_];
    Shard& shard = threads_[index]->shard();
    shard.post([&shard, session_id = id] {
      Session* session = shard.sessions.find(session_id);
      if (session != nullptr) close_session(shard, *session, CloseReason::kServerShutdown);
    });
  }
  return lame_duck_->is_over(now_ms);
}

}  // namespace antiphon
