// What is sent, and when it is written.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "broker/buffer/buffer_limits.h"
#include "fleet/wire/client_loop.h"
#include "protocol/bytes/check.h"
#include "protocol/bytes/decimal.h"
#include "protocol/nats/multi_publish.h"

namespace antiphon::fleet {
namespace {

constexpr std::string_view kPing = "PING\r\n";
constexpr std::string_view kCrlf = "\r\n";
constexpr std::string_view kPub = "PUB ";
constexpr std::string_view kMpub = "MPUB ";
constexpr size_t kSharedSubjectsMin = 8;  // for fewer, copying is cheaper than ranges

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

void set_cork(int descriptor, bool on) {
  const int value = on ? 1 : 0;
  // If it fails, segments are smaller and nothing else.
  (void)::setsockopt(descriptor, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

}  // namespace

void ClientLoop::mark_dirty(ClientLink& link) {
  if (link.dirty) return;
  link.dirty = true;
  dirty_.push_back({id_of(link), link.generation});
}

void ClientLoop::append(ClientLink& link, std::string_view bytes) {
  link.out.append(pool_, bytes);
  mark_dirty(link);
}

void ClientLoop::send(LinkId id, std::string_view lines) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  append(link, lines);
}

void ClientLoop::publish(LinkId id, std::string_view subject, std::string_view payload) {
  char line[kDecimalBytesMax + kCrlf.size()];
  const char* line_end = put(write_decimal(line, payload.size()), kCrlf);
  const auto size_bytes = static_cast<size_t>(line_end - line);
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  char* out = link.out.reserve(
      pool_, kPub.size() + subject.size() + 1 + size_bytes + payload.size() + kCrlf.size());
  out = put(put(out, kPub), subject);
  *out++ = ' ';
  put(put(put(out, {line, size_bytes}), payload), kCrlf);
  mark_dirty(link);
}

// Lines and payload are written once each; the queue holds ranges of both, in turns.
void ClientLoop::append_shared(ClientLink& link, std::span<const std::string_view> subjects,
                               std::string_view payload) {
  char size[kDecimalBytesMax + kCrlf.size()];
  const char* size_end = put(write_decimal(size, payload.size()), kCrlf);
  const std::string_view size_text(size, static_cast<size_t>(size_end - size));
  const size_t payload_bytes = payload.size() + kCrlf.size();
  size_t lines_bytes = subjects.size() * (kPub.size() + 1 + size_text.size());
  for (const std::string_view subject : subjects) lines_bytes += subject.size();
  SharedBlock* lines = pool_.new_block(lines_bytes);
  SharedBlock* block = pool_.new_block(payload_bytes);
  put(put(block->data(), payload), kCrlf);
  char* out = lines->data();
  for (const std::string_view subject : subjects) {
    const auto begin = static_cast<uint32_t>(out - lines->data());
    out = put(put(out, kPub), subject);
    *out++ = ' ';
    out = put(out, size_text);
    link.out.append_range(pool_, lines, begin, static_cast<uint32_t>(out - lines->data()));
    link.out.append_range(pool_, block, 0, static_cast<uint32_t>(payload_bytes));
  }
  pool_.release(lines);
  pool_.release(block);
}

// One frame for all of them, or as few as may be; these share the payload, as it may be large.
void ClientLoop::append_frames(ClientLink& link, std::span<const std::string_view> subjects,
                               std::string_view payload) {
  char size[kDecimalBytesMax + kCrlf.size()];
  const char* size_end = put(write_decimal(size, payload.size()), kCrlf);
  const std::string_view size_text(size, static_cast<size_t>(size_end - size));
  SharedBlock* shared = nullptr;
  while (!subjects.empty()) {
    const auto now = subjects.first(multi_publish_count(subjects, payload.size()));
    size_t lines_bytes = now.size();
    for (const std::string_view subject : now) lines_bytes += subject.size();
    const size_t body_bytes = lines_bytes + size_text.size() + payload.size();
    char line[kMpub.size() + 3 * (kDecimalBytesMax + 1) + kCrlf.size()];
    char* line_end = write_decimal(put(line, kMpub), now.size());
    *line_end++ = ' ';
    line_end = write_decimal(line_end, lines_bytes);
    *line_end++ = ' ';
    line_end = put(write_decimal(line_end, body_bytes), kCrlf);
    const auto line_bytes = static_cast<size_t>(line_end - line);
    const size_t end_bytes = size_text.size() + payload.size() + kCrlf.size();
    if (shared == nullptr && now.size() < subjects.size()) {
      shared = pool_.new_block(end_bytes);
      put(put(put(shared->data(), size_text), payload), kCrlf);
    }
    char* out =
        link.out.reserve(pool_, line_bytes + lines_bytes + (shared == nullptr ? end_bytes : 0));
    out = put(out, {line, line_bytes});
    for (const std::string_view subject : now) {
      out = put(out, subject);
      *out++ = '\n';
    }
    if (shared == nullptr) {
      put(put(put(out, size_text), payload), kCrlf);
    } else {
      link.out.append_range(pool_, shared, 0, static_cast<uint32_t>(end_bytes));
    }
    subjects = subjects.subspan(now.size());
  }
  if (shared != nullptr) pool_.release(shared);
}

void ClientLoop::publish_each(LinkId id, std::span<const std::string_view> subjects,
                              std::string_view payload) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  if (link.multi_publish && subjects.size() > 1) {
    append_frames(link, subjects, payload);
    mark_dirty(link);
  } else if (subjects.size() < kSharedSubjectsMin) {
    for (const std::string_view subject : subjects) publish(id, subject, payload);
  } else {
    append_shared(link, subjects, payload);
    mark_dirty(link);
  }
  if (link.out.pending_bytes() >= kFlushBytes) flush(link);
}

uint64_t ClientLoop::max_payload(LinkId id) const {
  const uint64_t said = links_[id.value].max_payload;
  return said == 0 ? kServerPayloadBytesMax : said;
}

void ClientLoop::resume(LinkId id) {
  ClientLink& link = links_[id.value];
  if (!link.paused) return;
  link.paused = false;
  more_to_read_.push_back({id, link.generation});  // its events came while nobody listened
}

void ClientLoop::ping(ClientLink& link) {
  append(link, kPing);
  ++link.pings_sent;
}

void ClientLoop::fence(LinkId id) {
  ClientLink& link = links_[id.value];
  AP_CHECK(link.state == LinkState::kOpen);
  ping(link);
  link.fence = link.pings_sent;
}

// TLS hands over a record at a time; without the cork each of them would be a segment of its own,
// and wake its reader.
void ClientLoop::flush(ClientLink& link) {
  if (!link.is_tls() || link.out.pending_bytes() < kFlushBytes) return write_out(link);
  const int descriptor = link.transport.descriptor();
  set_cork(descriptor, true);
  const uint32_t generation = link.generation;
  write_out(link);
  if (link.generation == generation) set_cork(descriptor, false);
}

void ClientLoop::write_out(ClientLink& link) {
  while (!link.out.empty()) {
    iovec pieces[kGatherMax];
    const size_t count = link.out.gather(pieces, kGatherMax);
    errno = 0;
    const IoResult result = link.transport.write(pieces, count);
    if (result.status == IoStatus::kWouldBlock) return;  // an event will say when to go on
    if (result.status != IoStatus::kDone) return fail(link, io_failure(link));
    link.out.consume(pool_, result.bytes);
  }
}

void ClientLoop::flush_dirty() {
  // Failures call the owner, who may send on other links meanwhile.
  while (!dirty_.empty()) {
    const Pending pending = dirty_.back();
    dirty_.pop_back();
    ClientLink& link = links_[pending.id.value];
    if (link.generation != pending.generation) continue;
    link.dirty = false;
    flush(link);
  }
}

}  // namespace antiphon::fleet
