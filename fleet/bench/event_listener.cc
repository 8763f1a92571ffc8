#include "fleet/bench/event_listener.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "protocol/nats/server_parser.h"

namespace antiphon::fleet::bench {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
constexpr int kStopCheckMs = 50;

}  // namespace

absl::StatusOr<std::unique_ptr<EventListener>> EventListener::open(
    const ClientSettings& settings, const Credentials& credentials,
    const std::vector<std::string>& subjects) {
  std::unique_ptr<EventListener> listener(new EventListener);
  if (subjects.empty()) return listener;
  std::string lines;
  for (size_t i = 0; i < subjects.size(); ++i) {
    absl::StrAppend(&lines, "SUB ", subjects[i], " ", i + 1, "\r\n");
  }
  auto connection = LoadConnection::open(settings, "bench-listener", lines, credentials);
  if (!connection.ok()) return connection.status();
  listener->connection_ = std::make_unique<LoadConnection>(*std::move(connection));
  listener->thread_ = std::thread([listening = listener.get()] { listening->run(); });
  return listener;
}

EventListener::~EventListener() {
  stop_.store(true, std::memory_order_relaxed);
  if (thread_.joinable()) thread_.join();
}

EventListener::Heard EventListener::heard() const {
  return {messages_.load(std::memory_order_relaxed), closed_.load(std::memory_order_relaxed)};
}

void EventListener::run() {
  std::vector<char> bytes(kReadBytes);
  std::string received;
  while (!stop_.load(std::memory_order_relaxed)) {
    const IoResult result = connection_->read(bytes.data(), bytes.size());
    if (result.status == IoStatus::kWouldBlock) {
      connection_->await_readable(kStopCheckMs);
      continue;
    }
    if (result.status == IoStatus::kDone) received.append(bytes.data(), result.bytes);
    if (result.status != IoStatus::kDone || !take(received)) {
      return closed_.store(true, std::memory_order_relaxed);
    }
  }
}

bool EventListener::take(std::string& received) {
  const char* at = received.data();
  const char* const end = at + received.size();
  uint64_t messages = 0;
  bool usable = true;
  while (usable && at < end) {
    ServerFrame frame;
    const ParseResult result = parse_server_frame(at, end, {}, frame);
    if (result.status == ParseStatus::kIncomplete) break;
    usable = result.status != ParseStatus::kError && frame.verb != ServerVerb::kErr;
    if (!usable) break;
    if (frame.verb == ServerVerb::kMsg || frame.verb == ServerVerb::kHmsg) ++messages;
    if (frame.verb == ServerVerb::kPing) usable = connection_->write("PONG\r\n", stop_);
    at += result.bytes_consumed;
  }
  messages_.fetch_add(messages, std::memory_order_relaxed);
  received.erase(0, static_cast<size_t>(at - received.data()));
  return usable;
}

}  // namespace antiphon::fleet::bench
