// The sublist against a naive matcher that looks at every subscription each time.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "broker/routing/fanout_plan.h"
#include "broker/routing/sublist.h"
#include "protocol/subject/subject.h"
#include "tests/model/model_seed.h"
#include "tests/model/subject_vocabulary.h"

namespace antiphon {
namespace {

struct Known {
  std::unique_ptr<Subscription> subscription;
  std::string subject;
  std::string queue;
  uint64_t max_messages = 0;
};

class SublistModel {
 public:
  SublistModel(uint64_t seed, size_t subscriptions_max)
      : random_(seed),
        vocabulary_(random_, 2 + random_.below(5)),
        subscriptions_max_(subscriptions_max) {
    sublist_.set_cache_enabled(random_.below(8) != 0);
  }
  ~SublistModel() {
    while (!known_.empty()) remove(known_.size() - 1);
  }

  void step() {
    const uint64_t choice = random_.below(100);
    if (choice < 60) {
      match(random_.below(3) == 0 ? last_asked_ : vocabulary_.published());
    } else if (choice < 80 && known_.size() < subscriptions_max_) {
      insert();
    } else if (choice < 98 && !known_.empty()) {
      remove(random_.below(known_.size()));
    } else if (!known_.empty()) {
      limit(known_[random_.below(known_.size())]);
    }
  }
  // Compares everything there is.
  void compare_all() {
    std::set<std::string> entries;
    sublist_.for_each([&](SubjectEntry& entry) {
      ASSERT_TRUE(entries.emplace(entry.subject()).second);
      compare_entry(entry);
    });
    std::set<std::string> expected;
    for (const Known& one : known_) expected.insert(one.subject);
    ASSERT_EQ(entries, expected);
    ASSERT_EQ(sublist_.counters().subscriptions, known_.size());
  }

 private:
  void insert() {
    Known one;
    one.subject = vocabulary_.pattern();
    if (random_.below(3) == 0) one.queue = std::string(1, static_cast<char>('q' + random_.below(3)));
    one.subscription = std::make_unique<Subscription>(nullptr, std::to_string(next_sid_++));
    if (random_.below(10) == 0) one.subscription->max_messages = one.max_messages = 5;
    const size_t before = count(one.subject, one.queue);
    const InterestChange change = sublist_.insert(*one.subscription, one.subject, one.queue);
    expect_change(change, one.queue, before + 1, before == 0);
    known_.push_back(std::move(one));
  }
  void remove(size_t index) {
    Known one = std::move(known_[index]);
    known_[index] = std::move(known_.back());
    known_.pop_back();
    const size_t after = count(one.subject, one.queue);
    const InterestChange change = sublist_.remove(*one.subscription);
    expect_change(change, one.queue, after, after == 0);
    ASSERT_EQ(one.subscription->entry, nullptr);
    ASSERT_EQ(one.subscription->queue, nullptr);
  }
  void limit(Known& one) {
    one.max_messages = random_.below(2) == 0 ? 0 : random_.below(10);
    sublist_.limit(*one.subscription, one.max_messages);
    compare_entry(*one.subscription->entry);
  }
  static void expect_change(const InterestChange& change, const std::string& queue, size_t members,
                            bool first_or_last) {
    ASSERT_EQ(change.plain_changed, queue.empty() && first_or_last);
    ASSERT_EQ(change.queue_changed, !queue.empty());
    if (!queue.empty()) {
      ASSERT_EQ(change.queue_members, members);
    }
  }
  size_t count(const std::string& subject, const std::string& queue) const {
    return static_cast<size_t>(std::count_if(known_.begin(), known_.end(), [&](const Known& one) {
      return one.subject == subject && one.queue == queue;
    }));
  }

  void match(const std::string& subject) {
    last_asked_ = subject;
    std::set<const Subscription*> found;
    for (const SubjectEntry* entry : sublist_.match(subject)) {
      for (const Subscription* reader : entry->plain) ASSERT_TRUE(found.insert(reader).second);
      for (size_t i = 0; i < entry->queue_count(); ++i) {
        for (const Subscription* member : (*entry->queues)[i]->members) {
          ASSERT_TRUE(found.insert(member).second);
        }
      }
    }
    std::set<const Subscription*> expected;
    for (const Known& one : known_) {
      if (subject_matches(one.subject, subject)) expected.insert(one.subscription.get());
    }
    ASSERT_EQ(found, expected) << "published to \"" << subject << '"';
  }

  void compare_entry(const SubjectEntry& entry) {
    std::multiset<const Subscription*> readers;
    std::map<std::string, std::multiset<const Subscription*>> groups;
    size_t limited = 0;
    for (const Known& one : known_) {
      if (one.subject != entry.subject()) continue;
      (one.queue.empty() ? readers : groups[one.queue]).insert(one.subscription.get());
      if (one.queue.empty() && one.max_messages != 0) ++limited;
    }
    ASSERT_EQ(std::multiset<const Subscription*>(entry.plain.begin(), entry.plain.end()), readers);
    ASSERT_EQ(entry.limited, limited);
    ASSERT_EQ(entry.queue_count(), groups.size());
    for (size_t i = 0; i < entry.queue_count(); ++i) {
      const QueueGroup& group = *(*entry.queues)[i];
      ASSERT_EQ(std::multiset<const Subscription*>(group.members.begin(), group.members.end()),
                groups[group.name]);
      for (uint32_t at = 0; at < group.members.size(); ++at) {
        ASSERT_EQ(group.members[at]->position, at);
        ASSERT_EQ(group.members[at]->queue, &group);
      }
    }
  }

  Random random_;
  SubjectVocabulary vocabulary_;
  const size_t subscriptions_max_;
  Sublist sublist_;
  std::vector<Known> known_;
  std::string last_asked_;
  uint64_t next_sid_ = 1;
};

void run(uint64_t seed, size_t rounds, size_t steps, size_t subscriptions_max) {
  SCOPED_TRACE(replay_text(seed));
  for (size_t round = 0; round < rounds; ++round) {
    SublistModel model(seed + round, subscriptions_max);
    for (size_t i = 0; i < steps; ++i) {
      model.step();
      if (testing::Test::HasFatalFailure()) return;
      if (i % 500 == 0) model.compare_all();
    }
    model.compare_all();
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(SublistModelTest, AgreesWithTheNaiveMatcherWhenFewAreSubscribed) {
  run(model_seed(), 500, 2000, 20);
}

TEST(SublistModelTest, AgreesWithTheNaiveMatcherWhenManyAreSubscribed) {
  run(model_seed(), 20, 4000, 400);
}

}  // namespace
}  // namespace antiphon
