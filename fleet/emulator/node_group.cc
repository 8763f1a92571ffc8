#include "fleet/emulator/node_group.h"

#include <algorithm>

#include "fleet/emulator/reconnect_delay.h"

namespace antiphon::fleet {
namespace {

constexpr int64_t kPublishIntervalMs = 100;
constexpr int64_t kNsPerMs = 1'000'000;
constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr uint32_t kDialsPerTurn = 32;

// 127.1.0.1 onwards: each node has an address of its own, apart from those servers use.
constexpr uint32_t kSourceFirst = 0x7F010001;
constexpr uint32_t kSources = 0x00FE0000;
uint32_t source_of(uint32_t number) {
  return kSourceFirst + number % kSources;
}

bool all_on_loopback(const std::vector<ServerEndpoint>& servers) {
  return std::all_of(servers.begin(), servers.end(),
                     [](const ServerEndpoint& server) { return server.is_ipv4_loopback(); });
}

// A limit over all threads, divided; what is not 0 (no limit) stays so.
uint32_t share(uint32_t limit, unsigned threads) {
  return (limit + threads - 1) / threads;
}

}  // namespace

NodeGroup::NodeGroup(const EmulationSettings& settings, uint32_t first, uint32_t nodes)
    : settings_(settings),
      first_(first),
      spread_sources_(all_on_loopback(settings.client.servers)),
      loop_(settings.client, *this, nodes),
      cache_(settings.profile),
      pacer_(settings.dials_per_s / settings.threads,
             share(settings.concurrent_max, settings.threads)),
      random_(settings.seed + first),
      nodes_(nodes) {
  const size_t servers = settings.client.servers.size();
  for (uint32_t i = 0; i < nodes; ++i) {
    nodes_[i].identity = node_identity(settings.profile, first + i);
    nodes_[i].server = static_cast<uint16_t>((first + i) % servers);
    if (settings.token_issuer != nullptr) {
      nodes_[i].token = std::make_unique<const NodeToken>(
          make_node_token(*settings.token_issuer, nodes_[i].identity, settings.profile.collectives,
                          wall_now_ns() / kNsPerSecond));
    }
    to_dial_.push_back(i);
  }
  counts_.nodes = published_.nodes = nodes;
}

// ---- Dialing -----------------------------------------------------------------------------------

void NodeGroup::dial_some() {
  // What is under way must not wait until a whole fleet has dialed.
  for (uint32_t i = 0; i < kDialsPerTurn && !to_dial_.empty(); ++i) {
    if (!pacer_.may_start(loop_.now(), dialing_)) return;
    const LinkId link{to_dial_.front()};
    to_dial_.pop_front();
    pacer_.started(loop_.now());
    ++dialing_;
    ++counts_.dials;
    const auto source = spread_sources_ ? std::optional(source_of(number_of(link))) : std::nullopt;
    loop_.dial(link, nodes_[link.value].server, source);
  }
}

void NodeGroup::queue_rested() {
  while (const auto link = resting_.pop_due(loop_.now().ms())) {
    to_dial_.push_back(static_cast<uint32_t>(*link));
  }
}

void NodeGroup::on_closed(LinkId link, const LinkFailure& failure) {
  counts_.failures.add(failure.text());
  Node& node = nodes_[link.value];
  if (node.connected) {
    node.connected = false;
    --counts_.connected;
    ++counts_.lost;
  } else {
    --dialing_;
  }
  const size_t servers = settings_.client.servers.size();
  node.server = static_cast<uint16_t>((node.server + 1) % servers);
  if (++node.tried < servers) return to_dial_.push_back(link.value);
  node.tried = 0;
  const int64_t delay_ms = jittered_reconnect_delay_ms(++node.attempts, random_);
  resting_.add(loop_.now().ms() + delay_ms, link.value);
}

// ---- A connection's life -----------------------------------------------------------------------

void NodeGroup::write_connect(LinkId link, bool over_tls, std::string_view nonce,
                              std::string& out) {
  const Node& node = nodes_[link.value];
  if (node.token == nullptr) {
    return append_connect_line(node.identity, sign_nonce(settings_.credentials, nonce), over_tls,
                               out);
  }
  append_connect_line(node.identity, credentials_by(*node.token, nonce), over_tls, out);
}

void NodeGroup::on_open(LinkId link) {
  ++counts_.logins;
  text_.clear();
  append_subscriptions(settings_.profile, nodes_[link.value].identity, text_);
  loop_.send(link, text_);
  loop_.fence(link);
}

void NodeGroup::on_fence(LinkId link) {
  Node& node = nodes_[link.value];
  node.connected = true;
  node.attempts = node.tried = 0;
  --dialing_;
  ++counts_.connected;
  counts_.last_connected_ns = steady_now().ns;
}

void NodeGroup::on_complaint(LinkId, std::string_view text) {
  counts_.complaints.add(text);
}

// ---- Requests ----------------------------------------------------------------------------------

void NodeGroup::on_message(LinkId link, const ServerFrame& frame) {
  ++counts_.messages;
  PreparedRequest& request = cache_.find_or_prepare(frame.body());
  const Answer answer = request.answer(number_of(link), nodes_[link.value].identity,
                                       loop_.server(link).url, wall_now_ns() / kNsPerMs, text_);
  if (answer == Answer::kFiltered) {
    ++counts_.filtered;
  } else if (answer != Answer::kReplied) {
    ++counts_.unanswered;
  } else if (loop_.pending_bytes(link) > kPendingBytesMax) {
    ++counts_.dropped;
  } else {
    ++counts_.replies;
    loop_.publish(link, request.reply_to(), text_);
  }
}

// ---- The thread --------------------------------------------------------------------------------

int64_t NodeGroup::wait_time() const {
  int64_t wait_ms = kPublishIntervalMs;
  if (const auto due_ms = resting_.next_due_ms()) {
    wait_ms = std::min(wait_ms, std::max<int64_t>(0, *due_ms - loop_.now().ms()));
  }
  if (to_dial_.empty()) return wait_ms;
  return std::min(wait_ms, pacer_.wait_ms(loop_.now(), dialing_, wait_ms));
}

void NodeGroup::publish_counts() {
  published_at_ = loop_.now();
  counts_.requests = cache_.prepared();
  const std::lock_guard lock(mutex_);
  published_ = counts_;
}

EmulationCounts NodeGroup::counts() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

void NodeGroup::run() {
  while (!stopping_) {
    queue_rested();
    dial_some();
    loop_.turn(wait_time());
    if (loop_.now().ms() - published_at_.ms() >= kPublishIntervalMs) publish_counts();
  }
  publish_counts();
  for (uint32_t i = 0; i < nodes_.size(); ++i) loop_.close({i});
}

void NodeGroup::stop() {
  loop_.post([this] { stopping_ = true; });
}

}  // namespace antiphon::fleet
