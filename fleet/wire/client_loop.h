// Drives tens of thousands of client connections on one thread: dial, INFO, TLS, CONNECT, then
// messages both ways.
//
// MODEL: the owner makes a loop with a fixed number of links, dials them, and calls turn() again
// and again; a turn waits for the network, hands messages and changes to ClientEvents, and writes
// what was sent. Whether and when to dial again is the owner's decision (on_closed). ORDER: what is
// sent to one link leaves in that order; it is written before the turn, or the event of the link,
// is over. LIMITS: kReadsPerEvent reads for one link before the others get their turn;
// kHandshakesPerTurn and kBeginningsPerTurn events of links on their way; kNonceBytesMax; frames as
// in server_parser.h. Output of a link that does not drain is bounded by its owner, which sees
// pending_bytes().
// THREADS: everything on one thread, except post().
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/buffer/buffer_pool.h"
#include "broker/runtime/clock.h"
#include "broker/runtime/poller.h"
#include "broker/runtime/task_inbox.h"
#include "broker/runtime/timer_heap.h"
#include "broker/runtime/wakeup.h"
#include "fleet/wire/client_events.h"
#include "fleet/wire/client_link.h"
#include "fleet/wire/client_settings.h"
#include "fleet/wire/link_failure.h"
#include "protocol/nats/info.h"

namespace antiphon::fleet {

class ClientLoop {
 public:
  static constexpr size_t kReadsPerEvent = 8;
  static constexpr size_t kHandshakesPerTurn = 4;
  static constexpr size_t kBeginningsPerTurn = 16;
  static constexpr size_t kEventsPerLinkMax = 4;  // kept, until stale ones are thrown away
  static constexpr size_t kNonceBytesMax = 256;   // brokers send 15

  ClientLoop(const ClientSettings& settings, ClientEvents& events, size_t links);
  ~ClientLoop();
  ClientLoop(const ClientLoop&) = delete;
  ClientLoop& operator=(const ClientLoop&) = delete;

  // Starts a connection of a closed link to settings.servers[server], from source_ipv4 (host byte
  // order) if given; the broker of this process has no use for that. A failure that shows at once
  // is reported before this returns.
  void dial(LinkId id, size_t server, std::optional<uint32_t> source_ipv4);
  // Puts another server in the place of settings.servers[index]. REQUIRES: no link is on its way
  // there or connected to it.
  void set_server(size_t index, ServerEndpoint server);
  // Ends the connection, if there is one, without an event. What was sent may be lost.
  void close(LinkId id);

  // Queues bytes of whole protocol lines. REQUIRES: the link is open.
  void send(LinkId id, std::string_view lines);
  void publish(LinkId id, std::string_view subject, std::string_view payload);
  // A subject may be followed by a blank and the subject of replies.
  // The same payload to each subject, which takes it in one frame where the server takes such frames
  // (multi_publish.h). What is pending then is written at once, while it is in the
  // caches, so the link may have been closed when this returns.
  void publish_each(LinkId id, std::span<const std::string_view> subjects,
                    std::string_view payload);
  // Asks for on_fence() once the server has taken in everything sent before. One at a time.
  void fence(LinkId id);

  // Stops reading an open link, so that its server has to keep what it has for us, and goes on.
  // A batch of frames that is being taken is taken to its end.
  void pause(LinkId id) { links_[id.value].paused = true; }
  void resume(LinkId id);

  // Waits at most wait_ms_max for something to happen, and handles what has.
  void turn(int64_t wait_ms_max);
  // Any thread: runs the task on the loop's thread, during its next turn.
  void post(Task task);

  LinkState state(LinkId id) const { return links_[id.value].state; }
  uint64_t pending_bytes(LinkId id) const { return links_[id.value].out.pending_bytes(); }
  // The largest payload that the link's server takes.
  uint64_t max_payload(LinkId id) const;
  // Of the server the link is, or was last, connected to.
  const ServerEndpoint& server(LinkId id) const {
    return settings_.servers[links_[id.value].server];
  }
  // Read once per wait.
  SteadyTime now() const { return now_; }

 private:
  struct Pending {
    LinkId id;
    uint32_t generation;
  };

  LinkId id_of(const ClientLink& link) const {
    return {static_cast<uint32_t>(&link - links_.data())};
  }
  ClientLink* find(uint64_t key);
  uint64_t key_of(const ClientLink& link) const;

  // client_loop.cc: events, deadlines, and the end of a link
  void take(const Readiness& event);
  void sort_in(const Readiness& event);
  void take_slow_events();
  void forget_stale_beginnings();
  void handle(const Readiness& event);
  void set_deadline(ClientLink& link, int64_t delay_ms);
  void run_timers();
  void take_deadline(ClientLink& link);
  void release(ClientLink& link);
  static std::string io_failure(const ClientLink& link);
  void fail(ClientLink& link, std::string_view reason);
  int wait_time(int64_t wait_ms_max) const;

  // client_loop_dial.cc: its begin
  void finish_dial(ClientLink& link);
  void connect_in_process(ClientLink& link, InProcessBroker& broker);
  void begin_tls(ClientLink& link);
  void advance_tls(ClientLink& link);
  void begin_login(ClientLink& link);

  // client_loop_send.cc: its output
  void mark_dirty(ClientLink& link);
  void append(ClientLink& link, std::string_view bytes);
  void append_shared(ClientLink& link, std::span<const std::string_view> subjects,
                     std::string_view payload);
  void append_frames(ClientLink& link, std::span<const std::string_view> subjects,
                     std::string_view payload);
  void ping(ClientLink& link);
  void flush(ClientLink& link);
  void write_out(ClientLink& link);
  void flush_dirty();

  // client_loop_read.cc: from bytes to frames
  void read(ClientLink& link);
  void read_more();
  bool read_once(ClientLink& link);
  bool read_large(ClientLink& link);
  bool read_small(ClientLink& link);
  void reading_ended(ClientLink& link, IoStatus status);
  const char* take_frames(ClientLink& link, const char* begin, const char* end);
  void keep_rest(ClientLink& link, uint32_t generation, const char* begin, const char* end);
  void take_frame(ClientLink& link, const ServerFrame& frame, bool more_follows);
  void take_info(ClientLink& link, const ServerFrame& frame, bool more_follows);
  void take_pong(ClientLink& link);
  void take_error(ClientLink& link, std::string_view text);

  ClientSettings settings_;
  ClientEvents& events_;
  Poller poller_;
  Wakeup wakeup_;
  TaskInbox inbox_;
  TimerHeap timers_;
  BufferPool pool_;
  SteadyTime now_;
  std::deque<Readiness> handshakes_;   // events of links that shake hands, oldest first
  std::vector<Readiness> beginnings_;  // and of those that have not begun to
  ServerInfo info_;            // of the INFO read last
  std::vector<char> scratch_;  // reads go here
  std::string line_;           // a CONNECT in the making
  absl::flat_hash_map<uint32_t, std::string> nonces_;  // of links between their INFO and CONNECT
  std::vector<Pending> dirty_;
  std::vector<Pending> more_to_read_;
  std::vector<ClientLink> links_;  // destroyed first: their output goes back to the pool
};

}  // namespace antiphon::fleet
