// A session's subscriptions by sid against a std::map, below and above the size from which an index
// is kept.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "broker/runtime/random.h"
#include "broker/session/sid_table.h"
#include "tests/model/model_seed.h"

namespace antiphon {
namespace {

class SidTableModel {
 public:
  SidTableModel(uint64_t seed, size_t sizes_max) : random_(seed), sizes_max_(sizes_max) {}

  void step() {
    const std::string sid = some_sid();
    const auto known = expected_.find(sid);
    Subscription* found = table_.find(sid);
    ASSERT_EQ(found, known == expected_.end() ? nullptr : known->second);
    const bool grow = random_.below(sizes_max_) >= expected_.size();
    if (found == nullptr && grow) {
      Subscription& added = table_.add(nullptr, sid);
      ASSERT_EQ(added.sid.text(), sid);
      expected_[sid] = &added;
    } else if (found != nullptr && !grow) {
      table_.erase(*found);
      expected_.erase(known);
    } else if (random_.below(20'000) == 0) {
      table_.clear();
      expected_.clear();
    }
    ASSERT_EQ(table_.size(), expected_.size());
    ASSERT_EQ(table_.empty(), expected_.empty());
  }
  void compare() const {
    std::set<const Subscription*> walked;
    for (const auto& one : table_) ASSERT_TRUE(walked.insert(one.get()).second);
    ASSERT_EQ(walked.size(), expected_.size());
    for (const auto& [sid, subscription] : expected_) {
      ASSERT_TRUE(walked.contains(subscription));
      ASSERT_EQ(table_.find(sid), subscription);
    }
  }

 private:
  // Short ones, and some that do not fit into the subscription itself.
  std::string some_sid() {
    std::string sid = std::to_string(random_.below(sizes_max_ * 2));
    if (random_.below(4) == 0) sid += std::string(20, 'x');
    return sid;
  }

  Random random_;
  const size_t sizes_max_;
  SidTable table_;
  std::map<std::string, Subscription*> expected_;
};

TEST(SidTableModelTest, AgreesWithAMap) {
  const uint64_t seed = model_seed();
  SCOPED_TRACE(replay_text(seed));
  for (const size_t sizes_max : {4, 30, 50, 400}) {
    SidTableModel model(seed, sizes_max);
    for (int i = 0; i < 100'000; ++i) {
      model.step();
      if (i % 1000 == 0) model.compare();
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace antiphon
