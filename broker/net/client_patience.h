// How long clients wait before they give up, learned from those that did.
//
// WHY: a handshake whose client leaves halfway has cost the server its arithmetic for nothing. The
// server is not told how long a client will wait (nats.go: 2 s, many others longer), but in a crowd
// it sees many leave, and clients of one fleet are set up alike.
// MODEL: the ages of the last kRemembered clients that left. A client is about to leave when most of
// those that were once as old as it left within the time that its handshake needs. One that is
// clearly older than all of them has shown that it waits longer.
// THREADS: none; the owner's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace antiphon {

class ClientPatience {
 public:
  static constexpr size_t kRemembered = 64;
  static constexpr size_t kKnownMin = 8;  // before that nothing is concluded
  // Who leaves sooner had another reason than patience. So nobody can, by leaving at once again and
  // again, have the clients that have just come put aside.
  static constexpr int64_t kPatienceMinMs = 500;
  static constexpr int64_t kNeededMaxMs = 1000;
  // Clients of one patience leave within so much of one another: their timers and ours are not exact.
  static constexpr int64_t kSamePatienceMs = 50;

  // A client left, so many milliseconds after it had come, before its handshake was over.
  void left_at(int64_t age_ms);
  // A handshake took so long, from its turn to its end: the client's part of the work and the way there.
  void took(int64_t duration_ms);

  bool is_about_to_leave(int64_t age_ms) const;
  // What a handshake that begins now will need, with some certainty.
  int64_t needed_ms() const;

 private:
  std::array<int64_t, kRemembered> ages_ms_{};
  size_t known_ = 0;
  size_t next_ = 0;
  double mean_ms_ = 20;  // a network's round trip and the client's arithmetic
  double deviation_ms_ = 10;
};

}  // namespace antiphon
