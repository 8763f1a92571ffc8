// A connection without a socket: two byte streams in memory, with a peer that reads when it likes.
//
// MODEL: the server's end is a ByteStream; the other end is this struct, which a test holds too.
// Like a socket under an edge-triggered poller: new bytes, room after a refused write and the end
// of the stream each raise one event; nothing is told twice.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

#include "broker/net/transport.h"

namespace antiphon::sim {

struct MemoryPipe {
  // Client to server.
  std::string to_server;            // has arrived, waits to be read
  size_t read_bytes_max = SIZE_MAX;  // one read gives at most this much
  bool client_closed = false;       // end of stream behind to_server
  bool broken = false;              // every read and write fails
  uint64_t bytes_read = 0;          // by the server, since the start

  // Server to client.
  std::string to_client;    // written, waits for the client
  size_t room = SIZE_MAX;   // what the server may write now
  bool refused = false;     // a write did not fit: room is an event
  bool server_closed = false;

  // What there is to know of its certificate after a reload.
  bool authority_is_gone = false;  // the chain has to be checked
  bool chain_is_good = true;
  size_t chains_checked = 0;

  std::function<void()> raise;  // an event for the server's poller

  // ---- The client's side ----
  void arrive(std::string_view bytes) {
    to_server.append(bytes);
    raise();
  }
  // The client took what was there and lets the server write `next_room` bytes.
  std::string take(size_t bytes_max, size_t next_room) {
    const size_t bytes = std::min(bytes_max, to_client.size());
    std::string taken = to_client.substr(0, bytes);
    to_client.erase(0, bytes);
    room = next_room;
    if (refused && room > 0) {
      refused = false;
      raise();
    }
    return taken;
  }
  void close() {
    client_closed = true;
    raise();
  }
  void reset() {
    broken = true;
    raise();
  }
};

// The server's end.
class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(std::shared_ptr<MemoryPipe> pipe) : pipe_(std::move(pipe)) {}
  ~MemoryStream() override { pipe_->server_closed = true; }

  IoResult read(char* out, size_t bytes_max) override {
    MemoryPipe& pipe = *pipe_;
    if (pipe.broken) return {IoStatus::kFailed};
    const size_t bytes = std::min({bytes_max, pipe.read_bytes_max, pipe.to_server.size()});
    if (bytes == 0) return {pipe.client_closed ? IoStatus::kEnd : IoStatus::kWouldBlock};
    std::memcpy(out, pipe.to_server.data(), bytes);
    pipe.to_server.erase(0, bytes);
    pipe.bytes_read += bytes;
    return {IoStatus::kDone, bytes};
  }

  bool is_known_to(const TlsContext&) const override { return !pipe_->authority_is_gone; }
  bool is_believed_by(const TlsContext&) const override {
    if (!pipe_->authority_is_gone) return true;
    ++pipe_->chains_checked;
    return pipe_->chain_is_good;
  }

  IoResult write(const iovec* pieces, size_t count) override {
    MemoryPipe& pipe = *pipe_;
    if (pipe.broken) return {IoStatus::kFailed};
    size_t total = 0;
    for (size_t i = 0; i < count; ++i) {
      const size_t bytes = std::min(pieces[i].iov_len, pipe.room);
      pipe.to_client.append(static_cast<const char*>(pieces[i].iov_base), bytes);
      pipe.room -= bytes;
      total += bytes;
      if (bytes == pieces[i].iov_len) continue;
      pipe.refused = true;
      return total > 0 ? IoResult{IoStatus::kDone, total} : IoResult{IoStatus::kWouldBlock};
    }
    return {IoStatus::kDone, total};
  }

 private:
  const std::shared_ptr<MemoryPipe> pipe_;
};

}  // namespace antiphon::sim
