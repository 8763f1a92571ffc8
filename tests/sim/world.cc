#include "tests/sim/world.h"

#include <unistd.h>

#include "broker/session/liveness.h"
#include "broker/session/open.h"
#include "broker/session/turn.h"

namespace antiphon::sim {
namespace {

constexpr size_t kClosedKept = 100'000;

bool take_wakeup(const Wakeup& wakeup) {
  uint64_t count = 0;
  return ::read(wakeup.descriptor(), &count, sizeof count) == sizeof count;
}

}  // namespace

World::World(WorldSettings settings)
    : settings_(std::move(settings)),
      mesh_(settings_.shard_count, settings_.ring_messages),
      budget_(settings_.shard_count, settings_.pending_total_bytes_max),
      callouts_(settings_.callouts_max),
      closed_(kClosedKept),
      now_(steady_now()) {
  if (settings_.session.authenticator == nullptr) {
    settings_.session.authenticator = make_authenticator({});
  }
  const auto session_settings = std::make_shared<const SessionSettings>(settings_.session);
  ShardServices services;
  services.mesh = &mesh_;
  services.pending_budget = &budget_;
  services.counts = &counts_;
  services.callouts = &callouts_;
  services.log = settings_.log;
  services.slow_work = settings_.slow_work;
  services.events = settings_.events;
  services.closed_sessions = &closed_;
  services.seed = settings_.seed;
  places_.resize(settings_.shard_count);
  for (uint16_t i = 0; i < settings_.shard_count; ++i) {
    places_[i].shard = std::make_unique<Shard>(ShardId{i}, services, session_settings);
  }
}

World::~World() = default;

std::shared_ptr<Connection> World::connect(uint16_t shard) {
  auto connection = std::make_shared<Connection>();
  connection->pipe = std::make_shared<MemoryPipe>();
  connection->shard = shard;
  Place& place = places_[shard];
  connection->pipe->raise = [&place, weak = std::weak_ptr<Connection>(connection)] {
    const auto self = weak.lock();
    if (self == nullptr || !self->accepted || self->event_waits) return;
    self->event_waits = true;
    place.events.push_back(weak);
  };
  place.knocking.push_back(connection);
  return connection;
}

Session* World::session(const Connection& connection) {
  return connection.accepted ? shard(connection.shard).sessions.find(connection.session) : nullptr;
}

CloseReason World::close_reason(const Connection& connection) const {
  for (const SessionFacts& facts : closed_.snapshot(WithSubscriptions::kNo)) {
    if (facts.client_id == connection.client_id.value) return facts.reason;
  }
  return CloseReason::kNone;
}

void World::accept(Place& place) {
  while (!place.knocking.empty()) {
    const auto connection = place.knocking.front();
    place.knocking.pop_front();
    Shard& shard = *place.shard;
    Session& session = open_session(
        shard, Transport(-1, std::make_unique<MemoryStream>(connection->pipe)), SocketAddress{});
    connection->session = session.id;
    connection->client_id = session.client_id;
    connection->accepted = true;
    if (session.is_closing()) continue;
    send_info(shard, session, InfoKind::kGreeting);
    start_clocks(shard, session);
    connection->pipe->raise();  // what came before it was accepted
  }
}

void World::hand_over_events(Place& place) {
  for (size_t left = std::min<size_t>(place.events.size(), Poller::kEventsMax); left > 0; --left) {
    const auto connection = place.events.front().lock();
    place.events.pop_front();
    if (connection == nullptr) continue;
    connection->event_waits = false;
    const MemoryPipe& pipe = *connection->pipe;
    const bool ended = pipe.client_closed || pipe.broken;
    on_event(*place.shard, {connection->session.packed(), !pipe.to_server.empty() || ended,
                            pipe.room > 0 || pipe.broken, ended});
  }
}

void World::note_wakeups() {
  for (Place& place : places_) place.woken |= take_wakeup(place.shard->wakeup);
}

bool World::is_runnable(uint16_t index) {
  const Place& place = places_[index];
  return place.woken || !place.events.empty() || !place.knocking.empty() ||
         (place.sleep_until_ms >= 0 && place.sleep_until_ms <= now_ms());
}

void World::run_turn(uint16_t index) {
  Place& place = places_[index];
  Shard& shard = *place.shard;
  shard.wakeup.awake();
  place.woken = false;
  begin_turn(shard, now_, wall_ns());
  hand_over_events(place);
  accept(place);
  end_turn(shard);
  // As the loop of a shard's thread does before it waits.
  shard.wakeup.will_sleep();
  const int wait = has_more_work(shard) ? 0 : wait_ms(shard);
  place.sleep_until_ms = wait < 0 ? -1 : now_ms() + wait;
  note_wakeups();
}

int64_t World::next_wake_ms() const {
  int64_t next = -1;
  for (const Place& place : places_) {
    if (place.sleep_until_ms >= 0 && (next < 0 || place.sleep_until_ms < next)) {
      next = place.sleep_until_ms;
    }
  }
  return next;
}

bool World::settle(size_t turns_max) {
  for (size_t turns = 0; turns < turns_max;) {
    note_wakeups();  // other threads, and tests, post tasks
    bool ran = false;
    for (uint16_t i = 0; i < shard_count(); ++i) {
      if (!is_runnable(i)) continue;
      run_turn(i);
      ++turns;
      ran = true;
    }
    if (ran) continue;
    bool polling = false;
    for (const Place& place : places_) polling |= place.shard->port.is_congested();
    if (!polling) return true;
    advance_ms(TurnLimits::kCongestedPollMs);
    ++turns;
  }
  return false;
}

}  // namespace antiphon::sim
