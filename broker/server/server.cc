#include "broker/server/server.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <future>
#include <random>
#include <thread>

#include "broker/config/option_diff.h"
#include "broker/monitor/monitor_server.h"
#include "broker/server/files.h"
#include "broker/server/session_settings.h"
#include "broker/server/version.h"
#include "broker/session/close.h"
#include "broker/session/connect.h"
#include "broker/session/open.h"
#include "protocol/bytes/check.h"
#include "protocol/nats/nkey.h"

namespace antiphon {
namespace {

// Sessions looked at in one portion when monitoring or lame duck mode asks a shard for all.
constexpr size_t kSessionsPerPortion = 512;

std::string new_server_id() {
  Ed25519PublicKey key;
  AP_CHECK(::RAND_bytes(key.data(), static_cast<int>(key.size())) == 1);
  return encode_nkey(NkeyPrefix::kServer, key);
}

uint64_t new_seed() {
  std::random_device device;
  return static_cast<uint64_t>(device()) << 32 | device();
}

size_t shard_count(const BrokerOptions& options) {
  if (options.shards.count > 0) return static_cast<size_t>(options.shards.count);
  return std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kShardsMax);
}

uint16_t port_to_bind(int64_t port) {
  return port == kRandomPort ? 0 : static_cast<uint16_t>(port);
}

bool credentials_differ(const BrokerOptions& before, const BrokerOptions& after) {
  return before.authorization != after.authorization;
}

}  // namespace

Server::Server(BrokerOptions options, ServerOrigin origin, Log& log)
    : log_(log),
      origin_(std::move(origin)),
      server_id_(new_server_id()),
      start_ns_(wall_now_ns()),
      options_(std::make_shared<const BrokerOptions>(std::move(options))),
      config_digest_(origin_.config_digest),
      config_load_ns_(start_ns_) {}

absl::StatusOr<std::unique_ptr<Server>> Server::start(BrokerOptions options, ServerOrigin origin,
                                                      Log& log) {
  std::unique_ptr<Server> server(new Server(std::move(options), std::move(origin), log));
  const absl::Status status = server->open();
  if (!status.ok()) return status;
  return server;
}

Server::~Server() {
  monitor_ = nullptr;
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

// ---- Start -------------------------------------------------------------------------------------

void Server::log_start() const {
  log_.info(absl::StrCat("Starting antiphon ", kProductVersion));
  log_.info(absl::StrCat("  Version:  ", kNatsVersion, " (the nats-server release it follows)"));
  log_.info(absl::StrCat("  Name:     ", server_info().server_name));
  log_.info(absl::StrCat("  ID:       ", server_id_));
  log_.info(absl::StrCat("  Shards:   ", shard_count(*options_)));
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

ServerInfo Server::server_info() const {
  const BrokerOptions& options = *options_;
  ServerInfo info;
  info.server_id = server_id_;
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
  info.lame_duck = lame_.load(std::memory_order_relaxed);  // control thread writes and reads it
  return info;
}

absl::StatusOr<std::vector<Listener>> Server::open_listeners() {
  const ListenOptions& listen = options_->listen;
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
  auto settings = make_session_settings(options, server_info());
  if (!settings.ok()) return settings.status();
  log_start();

  closed_sessions_ =
      std::make_unique<ClosedSessions>(static_cast<size_t>(options.limits.closed_clients_max));
  mesh_ = std::make_unique<Mesh>(static_cast<uint16_t>(count));
  slow_work_ = std::make_unique<WorkPool>(std::max<size_t>(count / 2, 1));
  handshakes_ = std::make_unique<HandshakePool>(std::max<size_t>(count / 2, 1));
  ShardServices services;
  services.mesh = mesh_.get();
  services.counts = &counts_;
  services.log = &log_;
  services.closed_sessions = closed_sessions_.get();
  services.handshakes = handshakes_.get();
  services.slow_work = slow_work_.get();
  services.seed = new_seed();
  for (size_t i = 0; i < count; ++i) {
    threads_.push_back(
        std::make_unique<ShardThread>(ShardId{static_cast<uint16_t>(i)}, services, *settings));
  }
  auto listeners = open_listeners();
  if (!listeners.ok()) return listeners.status();
  port_ = listeners->front().port();
  settings = make_session_settings(options, server_info());
  if (!settings.ok()) return settings.status();
  for (auto& thread : threads_) thread->shard().settings = *settings;

  absl::Status status = start_monitoring();
  if (status.ok()) status = write_files();
  if (!status.ok()) return status;
  for (size_t i = 0; i < count; ++i) threads_[i]->start(std::move((*listeners)[i]));
  log_listening();
  return absl::OkStatus();
}

absl::Status Server::start_monitoring() {
  const MonitoringOptions& monitoring = options_->monitoring;
  if (monitoring.http_port == 0 && monitoring.https_port == 0) return absl::OkStatus();
  MonitorSettings settings;
  settings.host = monitoring_host(*options_);
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
    ports.monitoring =
        listener_urls(https ? "https" : "http", monitoring_host(options),
                      https ? monitor_->https_port() : monitor_->http_port());
  }
  ports_file_ = ports_file_path(options.process.ports_file_dir, origin_.program);
  return write_ports_file(ports_file_, ports);
}

// ---- Reload ------------------------------------------------------------------------------------

void Server::adopt_settings(std::shared_ptr<const SessionSettings> settings,
                            bool credentials_changed) {
  for (auto& thread : threads_) {
    Shard& shard = thread->shard();
    shard.post([&shard, settings, credentials_changed] {
      const bool info_changed = settings->info.max_payload != shard.settings->info.max_payload ||
                                settings->info.lame_duck != shard.settings->info.lame_duck;
      shard.settings = settings;
      shard.sessions.for_each([&](Session& session) {
        if (session.is_closing()) return;
        if (credentials_changed) authenticate_again(shard, session);
        if (info_changed && session.knows_async_info && session.first_pong_sent) {
          send_info(shard, session, InfoKind::kUpdate);
        }
      });
    });
  }
}

absl::Status Server::reload(BrokerOptions options, std::string config_digest) {
  const std::vector<OptionChange> changes = option_changes(*options_, options);
  for (const OptionChange& change : changes) {
    if (change.option->reloadable) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("config reload not supported for ", std::string(change.option->name),
                     " (", change.before, " to ", change.after, "): restart to change it"));
  }
  auto settings = make_session_settings(options, server_info());
  if (!settings.ok()) return settings.status();
  const bool credentials_changed = credentials_differ(*options_, options);
  {
    const std::lock_guard lock(mutex_);
    options_ = std::make_shared<const BrokerOptions>(std::move(options));
    config_digest_ = std::move(config_digest);
    config_load_ns_ = wall_now_ns();
  }
  adopt_settings(*settings, credentials_changed);
  for (const OptionChange& change : changes) {
    log_.info(absl::StrCat("Reloaded: ", std::string(change.option->name), " = ", change.after));
  }
  log_.info(absl::StrCat("Reloaded server configuration (", config_digest_, ")"));
  return absl::OkStatus();
}

// ---- Lame duck ---------------------------------------------------------------------------------

template <typename Function>
auto Server::ask(ShardThread& thread, Function function) {
  using Result = decltype(function(thread.shard()));
  auto promise = std::make_shared<std::promise<Result>>();
  std::future<Result> answer = promise->get_future();
  Shard& shard = thread.shard();
  shard.post([&shard, promise, function = std::move(function)]() mutable {
    promise->set_value(function(shard));
  });
  return answer.get();
}

void Server::begin_lame_duck() {
  if (lame_duck_.has_value()) return;
  log_.info("Entering lame duck mode, stop accepting new clients");
  for (size_t i = 0; i < threads_.size(); ++i) {
    ShardThread& thread = *threads_[i];
    const auto ids = ask(thread, [&thread](Shard& shard) {
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
  adopt_settings(std::move(settings), false);
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

// ---- ServerView --------------------------------------------------------------------------------

ServerFacts Server::facts() const {
  const std::lock_guard lock(mutex_);
  ServerFacts facts;
  const ServerInfo info = server_info();
  facts.server_id = info.server_id;
  facts.server_name = info.server_name;
  facts.version = info.version;
  facts.host = options_->listen.host;
  facts.port = port_;
  facts.http_port = http_port_.load(std::memory_order_relaxed);
  facts.https_port = https_port_.load(std::memory_order_relaxed);
  facts.start_ns = start_ns_;
  facts.config_load_ns = config_load_ns_;
  facts.config_digest = config_digest_;
  facts.lame_duck = info.lame_duck;
  return facts;
}

std::shared_ptr<const BrokerOptions> Server::options() const {
  const std::lock_guard lock(mutex_);
  return options_;
}

// Relaxed: counts to be shown.
int64_t Server::connections() const { return counts_.connections.load(std::memory_order_relaxed); }
uint64_t Server::total_connections() const {
  return counts_.total_connections.load(std::memory_order_relaxed);
}

std::vector<ShardFacts> Server::shards() {
  std::vector<ShardFacts> all;
  for (auto& thread : threads_) {
    all.push_back(ask(*thread, [](Shard& shard) {
      ShardFacts facts;
      facts.counters = shard.counters;
      for (const auto& account : shard.accounts) {
        const SublistCounters& counters = account->sublist.counters();
        facts.sublist.subscriptions += counters.subscriptions;
        facts.sublist.inserts += counters.inserts;
        facts.sublist.removes += counters.removes;
        facts.sublist.matches += counters.matches;
        facts.sublist.cache_hits += counters.cache_hits;
        facts.cached_matches += account->sublist.cached();
      }
      facts.sessions = shard.sessions.count();
      facts.buffer_bytes = shard.pool.bytes_in_use();
      return facts;
    }));
  }
  return all;
}

std::vector<SessionFacts> Server::sessions(WithSubscriptions with,
                                           const std::function<bool(const Session&)>& keep) {
  std::vector<SessionFacts> all;
  for (auto& thread : threads_) {
    bool more = true;
    for (size_t first = 0; more; first += kSessionsPerPortion) {
      more = ask(*thread, [&](Shard& shard) {
        return shard.sessions.visit_some(first, kSessionsPerPortion, [&](const Session& session) {
          if (!session.is_closing() && keep(session)) all.push_back(facts_of(session, with));
        });
      });
    }
  }
  return all;
}

std::deque<SessionFacts> Server::closed_sessions() const { return closed_sessions_->snapshot(); }

std::string Server::health() { return {}; }

}  // namespace antiphon
