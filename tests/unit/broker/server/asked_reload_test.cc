#include "broker/server/asked_reload.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>

namespace antiphon {
namespace {

constexpr std::chrono::hours kLong{1};

// Waits in another thread for a reload that it has asked for.
class Asker {
 public:
  explicit Asker(AskedReload& reload) {
    answer_ = std::async(std::launch::async, [this, &reload] {
      return reload.ask([this] { woken_.set_value(); });
    });
    woken_.get_future().wait();
  }
  std::string answer() { return answer_.get(); }
  bool is_waiting() const {
    return answer_.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
  }

 private:
  std::promise<void> woken_;
  std::future<std::string> answer_;
};

TEST(AskedReload, WhoAsksGetsWhatCameOfIt) {
  AskedReload reload{kLong};
  Asker good(reload);
  reload.begin();
  reload.end("");
  EXPECT_EQ(good.answer(), "");
  Asker bad(reload);
  reload.begin();
  reload.end("line 1 is wrong");
  EXPECT_EQ(bad.answer(), "line 1 is wrong");
}

TEST(AskedReload, WhoAsksWhileOneIsUnderWayWaitsForTheNext) {
  AskedReload reload{kLong};
  Asker first(reload);
  reload.begin();
  Asker second(reload);
  reload.end("old");
  EXPECT_EQ(first.answer(), "old");
  EXPECT_TRUE(second.is_waiting());
  reload.begin();
  reload.end("new");
  EXPECT_EQ(second.answer(), "new");
}

TEST(AskedReload, WhoHasWaitedLongEnoughIsToldWhereToLook) {
  AskedReload reload{std::chrono::milliseconds(1)};
  EXPECT_EQ(reload.ask([] {}), "the reload takes long: the server's log will say what comes of it");
}

TEST(AskedReload, NobodyWaitsForAServerThatStops) {
  AskedReload reload{kLong};
  Asker asker(reload);
  reload.stop();
  EXPECT_EQ(asker.answer(), "the server is shutting down");
}

}  // namespace
}  // namespace antiphon
