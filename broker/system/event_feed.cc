#include "broker/system/event_feed.h"

#include <algorithm>
#include <exception>
#include <map>
#include <random>
#include <utility>

#include "broker/monitor/server_totals.h"
#include "broker/runtime/clock.h"
#include "broker/system/event_json.h"
#include "broker/system/statsz.h"

namespace antiphon {
namespace {

constexpr ShardId kTeller{0};  // publishes what is about no client

bool is_about_account(const ClientEvent& event) {
  return event.kind == ClientEvent::Kind::kRefusedInAccount;
}

std::string subject_of(const ClientEvent& event, const std::string& server_id) {
  switch (event.kind) {
    case ClientEvent::Kind::kConnected: return connect_event_subject(event.account_name);
    case ClientEvent::Kind::kDisconnected: return disconnect_event_subject(event.account_name);
    case ClientEvent::Kind::kRefused: return server_event_subject(server_id, "CLIENT.AUTH.ERR");
    case ClientEvent::Kind::kRefusedInAccount: break;
  }
  return std::string(kRefusedInAccountSubject);
}

}  // namespace

EventFeed::EventFeed(ServerView& view, EventOutlet& outlet, std::string server_id)
    : view_(view), outlet_(outlet), server_id_(std::move(server_id)), random_(std::random_device{}()) {}

EventFeed::~EventFeed() { stop(); }

void EventFeed::start() {
  beat_due_ms_ = steady_now().ms() + beat_interval_ms_;
  thread_ = std::thread([this] { run(); });
}

void EventFeed::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void EventFeed::tell_lame_duck() {
  {
    const std::lock_guard lock(mutex_);
    lame_duck_ = true;
  }
  changed_.notify_one();
}

void EventFeed::await_room(size_t count) {
  std::unique_lock lock(mutex_);
  room_.wait_for(lock, std::chrono::milliseconds(kRoomMs),
                 [&] { return stopping_ || waiting_.size() + count <= kWaitingMax; });
}

void EventFeed::client_event(ClientEvent event) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    if (waiting_.size() >= kWaitingMax) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    waiting_.push_back(std::move(event));
  }
  changed_.notify_one();
}

void EventFeed::connections_changed(AccountId account) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    accounts_.insert(account.value);
  }
  changed_.notify_one();
}

bool EventFeed::has_work(int64_t now_ms) const {
  return stopping_ || lame_duck_ || !waiting_.empty() || now_ms >= beat_due_ms_ ||
         (!accounts_.empty() && now_ms >= connections_from_ms_);
}

int64_t EventFeed::next_due_ms() const {
  return accounts_.empty() ? beat_due_ms_ : std::min(beat_due_ms_, connections_from_ms_);
}

EventFeed::Work EventFeed::wait_for_work() {
  std::unique_lock lock(mutex_);
  int64_t now_ms = steady_now().ms();
  for (; !has_work(now_ms); now_ms = steady_now().ms()) {
    changed_.wait_for(lock, std::chrono::milliseconds(next_due_ms() - now_ms));
  }
  Work work;
  const size_t count = std::min(waiting_.size(), kBatchMax);
  const auto end = waiting_.begin() + static_cast<ptrdiff_t>(count);
  work.clients.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  room_.notify_all();
  if (now_ms >= connections_from_ms_ || stopping_) work.accounts = std::exchange(accounts_, {});
  work.lame_duck = std::exchange(lame_duck_, false);
  work.heartbeat = now_ms >= beat_due_ms_;
  if (work.heartbeat) {
    beat_due_ms_ = now_ms + beat_interval_ms_;
    beat_interval_ms_ = std::min(2 * beat_interval_ms_, kStatszMs);
  }
  work.last = stopping_ && waiting_.empty();
  return work;
}

void EventFeed::run() {
  while (true) {
    const Work work = wait_for_work();
    try {
      server_.emplace(view_);
      tell_accounts(work.accounts);
      tell_clients(work.clients);
      if (work.lame_duck) tell_server("LAMEDUCK");
      if (work.heartbeat && !work.last) beat(steady_now().ms());
      if (work.last) tell_server("SHUTDOWN");
    } catch (const std::exception&) {
      // Out of memory, say: these are lost, and the server goes on.
      dropped_.fetch_add(work.clients.size() + 1, std::memory_order_relaxed);
    }
    if (work.last) return;
  }
}

std::string EventFeed::server_json() {
  return server_->json(++sequence_);
}

void EventFeed::publish(ShardId shard, std::vector<ServerMessage> messages) {
  const size_t count = messages.size();
  outlet_.publish(shard, std::move(messages));
  told_.fetch_add(count, std::memory_order_relaxed);
}

void EventFeed::tell_clients(const std::vector<ClientEvent>& events) {
  std::map<ShardId, std::vector<ServerMessage>> by_shard;
  for (const ClientEvent& event : events) {
    ServerMessage message;
    if (is_about_account(event)) message.account = event.account;
    message.subject = subject_of(event, server_id_);
    message.payload = client_event_json(event, new_event_id(random_), server_json());
    by_shard[event.shard].push_back(std::move(message));
  }
  for (auto& [shard, messages] : by_shard) publish(shard, std::move(messages));
}

void EventFeed::tell_accounts(const absl::flat_hash_set<uint32_t>& accounts) {
  if (accounts.empty()) return;
  const std::vector<AccountFigures> all = view_.account_figures();
  std::vector<ServerMessage> messages;
  for (const uint32_t account : accounts) {
    if (account >= all.size()) continue;
    const AccountFigures& figures = all[account];
    const std::string id = new_event_id(random_);
    const int64_t now_ns = wall_now_ns();
    for (std::string subject : {old_connections_event_subject(figures.name),
                                connections_event_subject(figures.name)}) {
      messages.push_back({std::nullopt, std::move(subject),
                          connections_event_json(figures, id, now_ns, server_json())});
    }
    accounts_told_ms_[account] = steady_now().ms();
  }
  publish(kTeller, std::move(messages));
  const std::lock_guard lock(mutex_);
  connections_from_ms_ = steady_now().ms() + kConnectionsPauseMs;
}

void EventFeed::tell_server(const char* what) {
  std::string subject = server_event_subject(server_id_, what);
  if (!outlet_.listened_to({subject})[0]) return;
  std::vector<ServerMessage> messages;
  messages.push_back({std::nullopt, std::move(subject), server_json()});
  publish(kTeller, std::move(messages));
}

void EventFeed::beat(int64_t now_ms) {
  const std::vector<AccountFacts> accounts = view_.accounts();
  std::vector<std::string> subjects{server_event_subject(server_id_, "STATSZ")};
  std::vector<uint32_t> due;
  for (uint32_t account = kGlobalAccount.value + 1; account < accounts.size(); ++account) {
    if (accounts[account].connections == 0) continue;
    const auto [told, is_new] = accounts_told_ms_.try_emplace(account, now_ms);
    if (is_new || now_ms - told->second < kConnectionsMs) continue;
    due.push_back(account);
    subjects.push_back(old_connections_event_subject(accounts[account].name));
    subjects.push_back(connections_event_subject(accounts[account].name));
  }
  const std::vector<bool> listened = outlet_.listened_to(subjects);
  absl::flat_hash_set<uint32_t> wanted;
  for (size_t i = 0; i < due.size(); ++i) {
    if (listened[2 * i + 1] || listened[2 * i + 2]) wanted.insert(due[i]);
  }
  tell_accounts(wanted);
  if (!listened[0]) return;
  std::vector<ServerMessage> messages;
  messages.push_back({std::nullopt, subjects[0], statsz_answer_json(view_, usage_, server_json())});
  publish(kTeller, std::move(messages));
}

}  // namespace antiphon
