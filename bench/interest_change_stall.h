// How long a publish waits because others subscribe and leave, among a million subscriptions.
//
// MODEL: two whole shards, with sessions, rings and turns, played by this thread. On each a client
// publishes all the time, while others change what they want. A publish that just missed a turn of
// its shard waits for all of that turn and for those until it has been routed: that is one wait.
// WHY CPU time: a shard that is preempted keeps its publishers waiting too, but not through any fault
// of the code; on a busy machine the longest wait by the wall is always the scheduler's.
#pragma once

#include <absl/strings/str_cat.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "bench/fleet_subjects.h"
#include "broker/runtime/random.h"
#include "protocol/bytes/check.h"
#include "tests/sim/world.h"

namespace antiphon::bench {

// Of one kind of change: what publishes waited, in the order of their turns. In nanoseconds.
struct Waits {
  const char* change;
  std::vector<int64_t> cpu_ns;
  std::vector<int64_t> wall_ns;
};

// The figure that so many of a hundred do not exceed. REQUIRES: there are some.
inline int64_t percentile(std::vector<int64_t> figures, size_t percent) {
  const size_t at = std::min(figures.size() * percent / 100, figures.size() - 1);
  std::nth_element(figures.begin(), figures.begin() + static_cast<long>(at), figures.end());
  return figures[at];
}

class InterestChangeStall {
 public:
  // All kinds of change, one after the other, the coming of all subscriptions first. Every second
  // subscription has wildcards. Plays alike each time.
  static std::vector<Waits> play(uint64_t subscriptions) {
    InterestChangeStall stall;
    std::vector<Waits> waits{stall.all_come(subscriptions)};
    waits.push_back(stall.nobody_changes());
    waits.push_back(stall.one_at_a_time());
    waits.push_back(stall.one_now_and_then());
    waits.push_back(stall.many_by_one_client());
    waits.push_back(stall.nodes_at_once());
    waits.push_back(stall.one_with_many_leaves());
    stall.check_that_all_arrived();
    return waits;
  }

 private:
  static constexpr uint16_t kShards = 2;
  static constexpr size_t kHolders = 32;     // on each shard
  static constexpr size_t kPublished = 4;    // in one turn, so that others' changes are what takes the time
  static constexpr size_t kComing = 48;      // subscriptions of one turn on each shard
  static constexpr size_t kNodes = 128;      // on each shard; they have 8 subscriptions each
  static constexpr size_t kOfOne = 1'000;    // subscriptions that one client makes at once
  static constexpr size_t kOfLeaver = 20'000;
  static constexpr uint64_t kFewSubjects = 2'000;  // fewer than are remembered

  struct Client {
    std::shared_ptr<sim::Connection> connection;
    void say(std::string_view text) const { connection->pipe->arrive(text); }
  };
  struct Time {
    int64_t cpu_ns = 0;
    int64_t wall_ns = 0;
    Time operator+(const Time& other) const {
      return {cpu_ns + other.cpu_ns, wall_ns + other.wall_ns};
    }
    static Time now() { return {clock_ns(CLOCK_THREAD_CPUTIME_ID), clock_ns(CLOCK_MONOTONIC)}; }
    static int64_t clock_ns(clockid_t clock) {
      timespec now{};
      ::clock_gettime(clock, &now);
      return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    }
  };
  struct Publisher {
    Client client;
    uint64_t sent = 0;
    Time last_turn;  // of its shard
    Time waited;     // what was sent last
  };

  InterestChangeStall() : world_({.shard_count = kShards}) {
    for (uint16_t shard = 0; shard < kShards; ++shard) {
      for (size_t i = 0; i < kHolders; ++i) holders_[shard].push_back(connect(shard));
      for (size_t i = 0; i < kNodes; ++i) nodes_[shard].push_back(connect(shard));
      publishers_[shard].client = connect(shard);
    }
  }

  // ---- Clients

  Client connect(uint16_t shard) {
    const Client client{world_.connect(shard)};
    AP_CHECK(world_.settle());
    client.say("CONNECT {\"verbose\":false}\r\n");
    AP_CHECK(world_.settle());
    client.connection->pipe->to_client.clear();
    return client;
  }
  static std::string subject(uint64_t number) {
    return number % 2 == 0 ? node_subject(number) : node_pattern(number);
  }
  // Subscriptions to subjects that nobody else wants, sids from 1.
  std::string subscriptions(size_t count) {
    std::string lines;
    for (size_t sid = 1; sid <= count; ++sid) {
      absl::StrAppend(&lines, "SUB ", subject(next_comer_++), " ", sid, "\r\n");
    }
    return lines;
  }
  static std::string ends(size_t count) {
    std::string lines;
    for (size_t sid = 1; sid <= count; ++sid) absl::StrAppend(&lines, "UNSUB ", sid, "\r\n");
    return lines;
  }

  // ---- Steps

  bool all_taken(const Publisher& publisher) {
    return world_.session(*publisher.client.connection)->received.messages == publisher.sent;
  }
  void publish(Publisher& publisher, uint64_t subjects) {
    std::string lines;
    for (size_t i = 0; i < kPublished; ++i) {
      absl::StrAppend(&lines, "PUB ", node_subject(random_.below(subjects)), " 5\r\nhello\r\n");
    }
    publisher.client.say(lines);
    publisher.sent += kPublished;
    publisher.waited = publisher.last_turn;  // they just missed it
  }
  // A turn of each shard. Messages are for some of the first `subjects` subscriptions.
  void step(uint64_t subjects, Waits& waits) {
    for (uint16_t shard = 0; shard < kShards; ++shard) {
      Publisher& publisher = publishers_[shard];
      if (all_taken(publisher) && subjects > 0) publish(publisher, subjects);
    }
    for (uint16_t shard = 0; shard < kShards; ++shard) {
      Publisher& publisher = publishers_[shard];
      const bool waiting = !all_taken(publisher);
      const Time begin = Time::now();
      world_.run_turn(shard);
      const Time end = Time::now();
      publisher.last_turn = {end.cpu_ns - begin.cpu_ns, end.wall_ns - begin.wall_ns};
      publisher.waited = publisher.waited + publisher.last_turn;
      if (!waiting || !all_taken(publisher)) continue;
      waits.cpu_ns.push_back(publisher.waited.cpu_ns);
      waits.wall_ns.push_back(publisher.waited.wall_ns);
    }
    count_arrived();
  }
  void steps(size_t count, Waits& waits) {
    for (size_t i = 0; i < count; ++i) step(held_, waits);
  }
  void count_arrived() {
    for (uint16_t shard = 0; shard < kShards; ++shard) {
      for (size_t at = 0; at < kHolders; ++at) {
        std::string& text = holders_[shard][at].connection->pipe->to_client;
        uint64_t lines = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
        // A PONG: whatever was asked before is visible everywhere.
        if (waits_for_pong_[shard][at] && text.find("PONG") != text.npos) {
          waits_for_pong_[shard][at] = false;
          --lines;
        }
        arrived_ += lines / 2;
        text.clear();
      }
    }
  }
  void check_that_all_arrived() {
    AP_CHECK(world_.settle());
    count_arrived();
    AP_CHECK(arrived_ == publishers_[0].sent + publishers_[1].sent);
  }

  // ---- Kinds of change

  Waits all_come(uint64_t subscriptions) {
    Waits waits{"all_come", {}, {}};
    uint64_t coming = 0;
    // Only what both shards know of is published to, so that each message has its reader.
    std::deque<Asked> asked;
    for (size_t at = 0; held_ < subscriptions;) {
      std::array<std::string, kShards> lines;
      // Nobody asks again who still waits for an answer.
      const size_t most = asked.size() < kHolders ? kShards * kComing : 0;
      for (size_t i = 0; i < most && coming < subscriptions; ++i, ++coming) {
        absl::StrAppend(&lines[i % kShards], "SUB ", subject(coming), " ", coming + 1, "\r\n");
      }
      if (!lines[0].empty()) {
        asked.push_back({coming, at});
        for (uint16_t shard = 0; shard < kShards; ++shard) {
          holders_[shard][at].say(lines[shard] + "PING\r\n");
          waits_for_pong_[shard][at] = true;
        }
        at = (at + 1) % kHolders;
      }
      step(held_, waits);
      for (; !asked.empty() && is_answered(asked.front()); asked.pop_front()) {
        held_ = asked.front().subscriptions;
      }
    }
    next_comer_ = held_;
    return waits;
  }
  struct Asked {
    uint64_t subscriptions;  // held when this is answered
    size_t holder;           // on each shard
  };
  bool is_answered(const Asked& asked) const {
    return !waits_for_pong_[0][asked.holder] && !waits_for_pong_[1][asked.holder];
  }

  // What the others are to be compared with.
  Waits nobody_changes() {
    Waits waits{"nobody_changes", {}, {}};
    steps(1'000, waits);
    return waits;
  }

  Waits one_at_a_time() {
    Waits waits{"one_at_a_time", {}, {}};
    for (size_t i = 0; i < 1'000; ++i) {
      const Client& node = nodes_[i / 2 % kShards][0];
      node.say(i % 2 == 0 ? subscriptions(1) : ends(1));
      step(held_, waits);
    }
    return waits;
  }

  // All that is remembered of matches is forgotten at once.
  Waits one_now_and_then() {
    Waits waits{"one_now_and_then", {}, {}};
    for (size_t i = 0; i < 10; ++i) {
      for (size_t j = 0; j < 1'000; ++j) step(kFewSubjects, waits);
      for (const auto& nodes : nodes_) nodes[0].say(i % 2 == 0 ? subscriptions(1) : ends(1));
    }
    return waits;
  }

  Waits many_by_one_client() {
    Waits waits{"1000_by_one_client", {}, {}};
    for (size_t i = 0; i < 12; ++i) {
      const Client& node = nodes_[i / 2 % kShards][0];
      node.say(i % 2 == 0 ? subscriptions(kOfOne) : ends(kOfOne));
      steps(64, waits);
    }
    return waits;
  }

  Waits nodes_at_once() {
    Waits waits{"256_nodes_at_once", {}, {}};
    for (size_t i = 0; i < 12; ++i) {
      for (const auto& nodes : nodes_) {
        for (const Client& node : nodes) node.say(i % 2 == 0 ? subscriptions(8) : ends(8));
      }
      steps(64, waits);
    }
    return waits;
  }

  Waits one_with_many_leaves() {
    Waits waits{"one_with_20000_leaves", {}, {}};
    for (uint16_t shard = 0; shard < kShards; ++shard) {
      const Client leaver = connect(shard);
      leaver.say(subscriptions(kOfLeaver));
      AP_CHECK(world_.settle());
      leaver.connection->pipe->close();
      steps(kOfLeaver / TurnLimits::kDroppedSubscriptions + 100, waits);
      AP_CHECK(world_.session(*leaver.connection) == nullptr);
    }
    return waits;
  }

  sim::World world_;
  std::array<std::vector<Client>, kShards> holders_;
  std::array<std::vector<Client>, kShards> nodes_;
  std::array<Publisher, kShards> publishers_;
  Random random_{1};
  std::array<std::array<bool, kHolders>, kShards> waits_for_pong_{};  // the holder has asked, and waits
  uint64_t held_ = 0;        // subscriptions that both shards know of
  uint64_t next_comer_ = 0;  // the next subject that nobody wants yet
  uint64_t arrived_ = 0;     // messages
};

}  // namespace antiphon::bench
