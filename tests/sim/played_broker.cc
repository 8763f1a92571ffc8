#include "tests/sim/played_broker.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "broker/net/memory_stream.h"
#include "protocol/bytes/check.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kMessagesSid = "1";
constexpr size_t kReadBytes = 16'384;

size_t number_of(std::string_view text) {
  size_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  require(error == std::errc() && stop == text.data() + text.size(),
          "no number: " + std::string(text));
  return number;
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> all;
  while (!line.empty()) {
    const size_t end = std::min(line.find(' '), line.size());
    all.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return all;
}

std::string relay_name(const PlayedLink& link) {
  return link.relay == PlayedLink::kNobody ? "somebody" : absl::StrCat("fed", link.relay);
}

}  // namespace

PlayedBroker::PlayedBroker(std::string name, size_t stream_bytes, bool multi_publish, Trace& trace)
    : name_(std::move(name)),
      stream_bytes_(stream_bytes),
      multi_publish_(multi_publish),
      trace_(trace) {}

fleet::ServerEndpoint PlayedBroker::endpoint() {
  return fleet::in_process_endpoint(*this, absl::StrCat("nats://", name_, ":4222"));
}

// ---- The streams -------------------------------------------------------------------------------

Transport PlayedBroker::connect_in_process() {
  std::erase_if(links_, [](const auto& link) { return !link->is_open(); });
  trace_.add(name_, takes_connections ? ": a connection" : ": takes no connection");
  if (!takes_connections) {
    ++refused_;
    return {};
  }
  auto connection = connect_in_memory(stream_bytes_);
  AP_CHECK(connection.has_value());
  links_.push_back(std::make_unique<PlayedLink>());
  links_.back()->number = ++made_;
  links_.back()->transport = std::move(connection->other);
  links_.back()->outbox =
      absl::StrCat("INFO {\"headers\":true,\"max_payload\":1048576",
                   multi_publish_ ? ",\"multi_publish\":true" : "", "} \r\n");
  return std::move(connection->one);
}

size_t PlayedBroker::send(size_t index, size_t bytes_max) {
  PlayedLink& link = *links_.at(index);
  if (link.outbox.empty()) link.outbox.swap(link.late);
  if (!link.is_open() || link.outbox.empty()) return 0;
  const iovec piece{link.outbox.data(), std::min(bytes_max, link.outbox.size())};
  const IoResult result = link.transport.write(&piece, 1);
  if (result.status == IoStatus::kFailed) end(link, "has ended");
  if (result.status != IoStatus::kDone) return 0;
  link.outbox.erase(0, result.bytes);
  link.sent_bytes += result.bytes;
  trace_.add(name_, " -> ", relay_name(link), ": ", result.bytes, " bytes");
  return result.bytes;
}

size_t PlayedBroker::take(size_t index, size_t bytes_max) {
  PlayedLink& link = *links_.at(index);
  size_t taken = 0;
  bool has_ended = false;
  while (link.is_open() && taken < bytes_max && !has_ended) {
    char bytes[kReadBytes];
    const IoResult result = link.transport.read(bytes, std::min(bytes_max - taken, sizeof bytes));
    if (result.status == IoStatus::kWouldBlock) break;
    has_ended = result.status != IoStatus::kDone;
    link.inbox.append(bytes, result.bytes);
    taken += result.bytes;
  }
  if (taken > 0) trace_.add(name_, " <- ", relay_name(link), ": ", taken, " bytes");
  take_lines(link);
  if (has_ended) end(link, "has left");
  return taken;
}

void PlayedBroker::drop(size_t index) {
  end(*links_.at(index), "is dropped");
}

void PlayedBroker::end(PlayedLink& link, const char* why) {
  trace_.add(name_, ": ", relay_name(link), " ", why);
  link.transport.close();
  link.subject.clear();
  link.sids.clear();
  link.outbox.clear();
  link.late.clear();
}

// ---- Messages ----------------------------------------------------------------------------------

std::optional<size_t> PlayedBroker::deliver(std::string_view subject, std::string_view payload,
                                            Random& random) {
  const auto message = [&](std::string_view sid) {
    return absl::StrCat("MSG ", std::string(subject), " ", std::string(sid), " ", payload.size(),
                        "\r\n", std::string(payload), "\r\n");
  };
  std::vector<PlayedLink*> members;
  for (const auto& link : links_) {
    if (link->subject == subject) members.push_back(link.get());
  }
  PlayedLink* const chosen = members.empty() ? nullptr : members[random.below(members.size())];
  last_copies_.clear();
  for (const auto& link : links_) {
    const auto plain = link->sids.find(std::string(subject));
    const uint64_t when = random.below(4);
    const std::string had_late = std::exchange(link->late, "");
    const auto copy = [&] {
      link->outbox += message(plain->second);
      last_copies_.push_back({link->relay, link->number, link->queued_bytes()});
    };
    if (plain != link->sids.end() && when < 2) copy();
    if (link.get() == chosen) link->outbox += message(kMessagesSid);
    link->outbox += had_late;
    if (plain != link->sids.end() && when == 2) copy();
    if (plain != link->sids.end() && when == 3) link->late = message(plain->second);
  }
  return chosen == nullptr ? std::nullopt : std::optional(chosen->relay);
}

bool PlayedBroker::is_sent(const Copy& copy) const {
  return std::any_of(links_.begin(), links_.end(), [&](const auto& link) {
    return link->number == copy.link && link->sent_bytes >= copy.end;
  });
}

size_t PlayedBroker::deliver_to_all(const std::string& pattern, std::string_view subject,
                                    std::string_view payload) {
  size_t count = 0;
  for (const auto& link : links_) {
    const auto found = link->sids.find(pattern);
    if (found == link->sids.end()) continue;
    absl::StrAppend(&link->outbox, "MSG ", std::string(subject), " ", found->second, " ",
                    payload.size(), "\r\n", std::string(payload), "\r\n");
    ++count;
  }
  return count;
}

size_t PlayedBroker::subscribed() const {
  return static_cast<size_t>(std::count_if(
      links_.begin(), links_.end(), [](const auto& link) { return !link->subject.empty(); }));
}

bool PlayedBroker::is_quiet() const {
  return std::all_of(links_.begin(), links_.end(),
                     [](const auto& link) { return link->outbox.empty() && link->late.empty(); });
}

// ---- What relays say ---------------------------------------------------------------------------

void PlayedBroker::take_lines(PlayedLink& link) {
  std::string_view rest = link.inbox;
  while (take_line(rest, link)) {
  }
  link.inbox.erase(0, link.inbox.size() - rest.size());
}

bool PlayedBroker::take_line(std::string_view& rest, PlayedLink& link) {
  const size_t end = rest.find(kCrlf);
  if (end == std::string_view::npos) return false;
  const std::string_view line = rest.substr(0, end);
  const std::string_view verb = line.substr(0, line.find(' '));
  if (verb == "PUB") return take_publish(rest, line, link);
  if (verb == "MPUB") return take_multi_publish(rest, line, link);
  rest.remove_prefix(end + kCrlf.size());
  if (verb == "PING") {
    link.outbox += "PONG\r\n";
  } else if (verb == "SUB") {
    take_subscribe(line, link);
  } else if (verb == "UNSUB") {
    take_unsubscribe(line, link);
  } else {
    require(verb == "CONNECT", "a federation broker says " + std::string(line));
    take_connect(line, link);
  }
  return true;
}

void PlayedBroker::take_connect(std::string_view line, PlayedLink& link) {
  constexpr std::string_view kIdentity = " fed";  // behind the names of the cluster and the side
  const size_t name = line.rfind(kIdentity);
  require(name != std::string_view::npos, "a CONNECT without the relay's identity");
  const std::string_view number = line.substr(name + kIdentity.size());
  link.relay = number_of(number.substr(0, number.find('"')));
  trace_.add(name_, ": ", relay_name(link), " logs in");
}

void PlayedBroker::take_subscribe(std::string_view line, PlayedLink& link) {
  const std::vector<std::string_view> parts = words(line);  // SUB subject [group] sid
  require(parts.size() >= 3, "a SUB without its parts");
  trace_.add(name_, ": ", relay_name(link), " ", std::string(line));
  if (parts.back() == kMessagesSid) {
    link.subject = parts[1];
  } else if (forbids_copies) {
    absl::StrAppend(&link.outbox, "-ERR 'Permissions Violation for Subscription to \"",
                    std::string(parts[1]), "\"'\r\n");
  } else {
    link.sids[std::string(parts[1])] = parts.back();
  }
}

void PlayedBroker::take_unsubscribe(std::string_view line, PlayedLink& link) {
  const std::vector<std::string_view> parts = words(line);
  require(parts.size() == 2, "an UNSUB without its sid");
  if (parts[1] == kMessagesSid) link.subject.clear();
  std::erase_if(link.sids, [&](const auto& one) { return one.second == parts[1]; });
  trace_.add(name_, ": ", relay_name(link), " ", std::string(line));
}

bool PlayedBroker::take_publish(std::string_view& rest, std::string_view line, PlayedLink& link) {
  const size_t space = line.rfind(' ');
  const size_t bytes = number_of(line.substr(space + 1));
  const size_t begin = line.size() + kCrlf.size();
  if (rest.size() < begin + bytes + kCrlf.size()) return false;
  constexpr size_t kVerbBytes = 4;
  publish(line.substr(kVerbBytes, space - kVerbBytes), rest.substr(begin, bytes), link);
  rest.remove_prefix(begin + bytes);
  require(rest.starts_with(kCrlf), "a payload without its end");
  rest.remove_prefix(kCrlf.size());
  return true;
}

// "MPUB count lines-bytes bytes", see protocol/nats/multi_publish.h.
bool PlayedBroker::take_multi_publish(std::string_view& rest, std::string_view line,
                                      PlayedLink& link) {
  require(multi_publish_, "a frame that was not offered");
  const std::vector<std::string_view> parts = words(line);
  require(parts.size() == 4, "an MPUB without its numbers");
  const size_t begin = line.size() + kCrlf.size();
  const size_t bytes = number_of(parts[3]);
  if (rest.size() < begin + bytes + kCrlf.size()) return false;
  std::string_view subjects = rest.substr(begin, number_of(parts[2]));
  const std::string_view message = rest.substr(begin + subjects.size(), bytes - subjects.size());
  const size_t size_bytes = message.find(kCrlf);
  require(size_bytes != std::string_view::npos, "an MPUB without the size of its payload");
  const std::string_view payload = message.substr(size_bytes + kCrlf.size());
  require(payload.size() == number_of(message.substr(0, size_bytes)), "an MPUB of another size");
  size_t count = 0;
  for (; !subjects.empty(); ++count) {
    const size_t end = subjects.find('\n');
    require(end != std::string_view::npos, "a subject of an MPUB without its end");
    publish(subjects.substr(0, end), payload, link);
    subjects.remove_prefix(end + 1);
  }
  require(count == number_of(parts[1]), "an MPUB with another number of subjects");
  rest.remove_prefix(begin + bytes);
  require(rest.starts_with(kCrlf), "an MPUB without its end");
  rest.remove_prefix(kCrlf.size());
  return true;
}

void PlayedBroker::publish(std::string_view subjects, std::string_view payload, PlayedLink& link) {
  const std::vector<std::string_view> parts = words(subjects);
  require(!parts.empty(), "a message without a subject");
  const std::string subject(parts[0]);
  if (trace_.is_on()) {
    trace_.add(name_, ": ", relay_name(link), " publishes ", payload.size(), " bytes (",
               std::hash<std::string_view>()(payload), ") to ", subject);
  }
  published_.push_back({link.relay, link.number, subject, std::string(payload)});
  if (parts.size() == 1 || absent.count(subject) == 0) return;
  absl::StrAppend(&link.outbox, "HMSG ", std::string(parts[1]),
                  " 2 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");
  told_absent.emplace(link.relay, subject);
  trace_.add(name_, ": nobody listens to ", subject);
}

}  // namespace antiphon::sim
