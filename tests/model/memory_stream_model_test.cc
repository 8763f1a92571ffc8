// A connection within the process against two strings: whatever is written, read and closed, the
// bytes are the same; and nobody who was stopped is left without an event when it could go on.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "broker/net/memory_stream.h"
#include "broker/runtime/poller.h"
#include "broker/runtime/random.h"
#include "tests/model/model_seed.h"

namespace antiphon {
namespace {

constexpr size_t kRoom = 64;

class MemoryStreamModel {
 public:
  explicit MemoryStreamModel(uint64_t seed) : random_(seed) {
    auto connection = connect_in_memory(kRoom);
    ends_[0].transport = std::move(connection->one);
    ends_[1].transport = std::move(connection->other);
    for (uint64_t i = 0; i < 2; ++i) {
      EXPECT_TRUE(poller_.add(ends_[i].transport.descriptor(), i));
    }
    take_events();
  }
  ~MemoryStreamModel() {
    for (End& end : ends_) {
      if (end.transport.is_open()) poller_.remove(end.transport.descriptor());
    }
  }

  void step() {
    const size_t own = random_.below(2);
    switch (random_.below(8)) {
      case 0: case 1: case 2: write(own); break;
      case 3: case 4: case 5: read(own); break;
      case 6: take_events(); break;
      default:
        if (random_.below(60) == 0) close(own);
        break;
    }
    take_events();
    check_events();
  }

 private:
  struct End {
    Transport transport;
    std::string sent;             // and not read by the other end yet
    bool stopped_reading = false;  // the last read gave less than it asked for
    bool stopped_writing = false;  // the last write took less than it was given
    bool told_since_read = false;  // an event came
    bool told_since_write = false;
  };

  void take_events() {
    for (const Readiness& event : poller_.wait(0)) {
      EXPECT_TRUE(event.readable || event.writable);
      ends_[event.key].told_since_read = ends_[event.key].told_since_write = true;
    }
  }

  // Whoever waits for something that has happened was told.
  void check_events() {
    for (size_t i = 0; i < 2; ++i) {
      const End& end = ends_[i];
      const End& other = ends_[1 - i];
      if (!end.transport.is_open()) continue;
      const bool may_read = !other.sent.empty() || !other.transport.is_open();
      const bool may_write = end.sent.size() <= kRoom / 2 || !other.transport.is_open();
      ASSERT_TRUE(!end.stopped_reading || !may_read || end.told_since_read)
          << "end " << i << " sleeps for ever with something to read";
      ASSERT_TRUE(!end.stopped_writing || !may_write || end.told_since_write)
          << "end " << i << " sleeps for ever with room to write";
    }
  }

  void write(size_t own) {
    End& end = ends_[own];
    if (!end.transport.is_open()) return;
    std::string text(1 + random_.below(2 * kRoom), '\0');
    for (char& byte : text) byte = static_cast<char>(random_.next());
    const size_t cut = random_.below(text.size());
    const iovec pieces[] = {{text.data(), cut}, {text.data() + cut, text.size() - cut}};
    const IoResult result = end.transport.write(pieces, 2);
    if (!ends_[1 - own].transport.is_open()) {
      ASSERT_EQ(result.status, IoStatus::kFailed);
      return;
    }
    const size_t room = kRoom - end.sent.size();
    ASSERT_EQ(result.bytes, std::min(room, text.size()));
    ASSERT_EQ(result.status, room == 0 ? IoStatus::kWouldBlock : IoStatus::kDone);
    end.sent.append(text, 0, result.bytes);
    end.stopped_writing = result.bytes < text.size();
    end.told_since_write = false;
  }

  void read(size_t own) {
    End& end = ends_[own];
    End& other = ends_[1 - own];
    if (!end.transport.is_open()) return;
    std::string room(1 + random_.below(2 * kRoom), '\0');
    const IoResult result = end.transport.read(room.data(), room.size());
    const size_t expected = std::min(room.size(), other.sent.size());
    ASSERT_EQ(result.bytes, expected);
    ASSERT_EQ(room.substr(0, expected), other.sent.substr(0, expected));
    other.sent.erase(0, expected);
    if (expected == 0) {
      ASSERT_EQ(result.status,
                other.transport.is_open() ? IoStatus::kWouldBlock : IoStatus::kEnd);
    }
    // Whoever has seen the end needs no event.
    end.stopped_reading = expected < room.size() && result.status != IoStatus::kEnd;
    end.told_since_read = false;
  }

  void close(size_t own) {
    End& end = ends_[own];
    if (!end.transport.is_open()) return;
    poller_.remove(end.transport.descriptor());
    end.transport.close();
  }

  Random random_;
  Poller poller_;
  End ends_[2];
};

TEST(MemoryStreamModelTest, AgreesWithTwoStringsAndLeavesNobodyAsleep) {
  const uint64_t seed = model_seed();
  SCOPED_TRACE(replay_text(seed));
  for (uint64_t round = 0; round < 200; ++round) {
    MemoryStreamModel model(seed + round);
    for (int i = 0; i < 1000; ++i) {
      model.step();
      if (testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace antiphon
