// Interest snapshots against naive lists: every shard reads some version, perhaps an old one, and
// must get the answers of just that version until it has acknowledged a newer one.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>
#include <string>

#include "broker/routing/interest_book.h"
#include "protocol/subject/subject.h"
#include "tests/model/model_seed.h"
#include "tests/model/subject_vocabulary.h"

namespace antiphon {
namespace {

struct Wanted {
  uint32_t account;
  std::string subject;
  std::string queue;
  uint16_t shard;
  auto operator<=>(const Wanted&) const = default;
};
using Interest = std::map<Wanted, uint32_t>;  // to the number of members

struct NaiveMatch {
  ShardMask plain = 0;
  std::map<std::string, std::map<uint16_t, uint64_t>> queues;  // members by name and shard
};

NaiveMatch match(const Interest& interest, uint32_t account, const std::string& subject) {
  NaiveMatch result;
  for (const auto& [wanted, members] : interest) {
    if (wanted.account != account || !subject_matches(wanted.subject, subject)) continue;
    if (wanted.queue.empty()) {
      result.plain |= mask_of(ShardId{wanted.shard});
    } else {
      result.queues[wanted.queue][wanted.shard] += members;
    }
  }
  return result;
}

class InterestModel {
 public:
  explicit InterestModel(uint64_t seed)
      : random_(seed),
        vocabulary_(random_, 2 + random_.below(4)),
        shards_(static_cast<uint16_t>(1 + random_.below(6))),
        book_(shards_),
        sequences_(shards_),
        readers_(shards_) {}

  void step() {
    const uint64_t choice = random_.below(100);
    if (choice < 35) {
      change();
    } else if (choice < 45) {
      publish();
    } else if (choice < 60) {
      adopt(static_cast<uint16_t>(random_.below(shards_)));
    } else {
      ask(static_cast<uint16_t>(random_.below(shards_)));
    }
  }
  // Nobody wants anything any more: nothing may be left.
  void finish() {
    while (!now_.empty()) {
      const auto last = now_.begin()->first;
      tell(last, 0);
    }
    ASSERT_EQ(book_.entry_count(), 0u);
    publish();
    ASSERT_EQ(offers_.back().snapshot.wildcard_subjects, 0u);
    for (uint16_t shard = 0; shard < shards_; ++shard) {
      while (readers_[shard].next < next_offer()) adopt(shard);
    }
    ASSERT_EQ(told_, sequences_) << "every change is visible in the end";
    while (book_.has_more_to_free()) book_.free_some(1);
    ASSERT_EQ(book_.waiting_for_reclaim(), 0u);
    for (uint16_t shard = 0; shard < shards_; ++shard) ask(shard);
  }

 private:
  struct Offer {
    InterestSnapshot snapshot;
    Interest interest;                 // what the snapshot must say
    std::vector<uint64_t> sequences;   // which deltas it contains
  };
  struct ShardReader {
    InterestReader reader;
    Interest interest;  // of the version it reads
    size_t next = 0;    // the offer it adopts next
  };

  size_t next_offer() const { return first_offer_ + offers_.size(); }

  void tell(const Wanted& wanted, uint32_t members) {
    book_.apply({ShardId{wanted.shard}, AccountId{wanted.account}, wanted.subject, wanted.queue,
                 members, ++sequences_[wanted.shard]});
    if (members == 0) {
      now_.erase(wanted);
    } else {
      now_[wanted] = members;
    }
  }
  void change() {
    if (!now_.empty() && random_.below(5) < 2) {
      auto one = now_.begin();
      std::advance(one, random_.below(now_.size()));
      const bool more = !one->first.queue.empty() && random_.below(3) == 0;
      return tell(Wanted(one->first), more ? one->second + 1 : 0);
    }
    Wanted wanted{static_cast<uint32_t>(random_.below(2)), vocabulary_.pattern(), "",
                  static_cast<uint16_t>(random_.below(shards_))};
    if (random_.below(3) == 0) wanted.queue = std::string(1, static_cast<char>('q' + random_.below(2)));
    tell(wanted, wanted.queue.empty() ? 1 : 1 + static_cast<uint32_t>(random_.below(3)));
  }
  void publish() {
    ASSERT_EQ(book_.has_unpublished(), sequences_ != published_);
    published_ = sequences_;
    offers_.push_back({book_.publish(), now_, sequences_});
  }
  void adopt(uint16_t shard) {
    ShardReader& reader = readers_[shard];
    if (reader.next == next_offer()) return;
    const Offer& offer = offers_[reader.next - first_offer_];
    reader.reader.adopt(offer.snapshot);
    reader.interest = offer.interest;
    ++reader.next;
    expect_visible(book_.acknowledge(ShardId{shard}, offer.snapshot.version));
    book_.free_some(random_.below(64));
    forget_what_everyone_adopted();
  }
  // A change is visible when the slowest shard reads it, and is told once.
  void expect_visible(const std::vector<InterestBook::Visible>& visible) {
    size_t slowest = next_offer();
    for (const ShardReader& reader : readers_) slowest = std::min(slowest, reader.next);
    std::vector<uint64_t> expected = told_;
    if (slowest > first_offer_) expected = offers_[slowest - 1 - first_offer_].sequences;
    std::vector<uint64_t> told = told_;
    for (const auto& one : visible) {
      ASSERT_GT(one.sequence, told[one.shard.value]);
      told[one.shard.value] = one.sequence;
    }
    ASSERT_EQ(told, expected);
    told_ = told;
  }
  void forget_what_everyone_adopted() {
    size_t slowest = next_offer();
    for (const ShardReader& reader : readers_) slowest = std::min(slowest, reader.next);
    for (; first_offer_ + 1 < slowest; ++first_offer_) offers_.pop_front();
  }

  void ask(uint16_t shard) {
    ShardReader& reader = readers_[shard];
    const auto account = static_cast<uint32_t>(random_.below(2));
    const std::string subject = vocabulary_.published();
    const InterestMatch& found = reader.reader.match(AccountId{account}, subject);
    const NaiveMatch expected = match(reader.interest, account, subject);
    ASSERT_EQ(found.plain, expected.plain) << subject;
    NaiveMatch read;
    for (const QueueInterest& queue : found.queues) {
      ASSERT_FALSE(read.queues.contains(queue.name)) << "a group is named once";
      for (const QueueWeight& weight : queue.weights) {
        ASSERT_FALSE(read.queues[queue.name].contains(weight.shard.value));
        read.queues[queue.name][weight.shard.value] = weight.members;
      }
    }
    ASSERT_EQ(read.queues, expected.queues) << subject;
  }

  Random random_;
  SubjectVocabulary vocabulary_;
  const uint16_t shards_;
  InterestBook book_;
  std::vector<uint64_t> sequences_;              // per shard: of its last delta
  std::vector<uint64_t> published_ = sequences_;  // what the last publish contained
  std::vector<uint64_t> told_ = sequences_;
  Interest now_;
  std::deque<Offer> offers_;
  size_t first_offer_ = 0;  // number of offers_.front()
  std::vector<ShardReader> readers_;
};

TEST(InterestModelTest, EveryShardReadsExactlyItsVersionAndNothingIsLeftBehind) {
  const uint64_t seed = model_seed();
  SCOPED_TRACE(replay_text(seed));
  for (uint64_t round = 0; round < 150; ++round) {
    InterestModel model(seed + round);
    for (int i = 0; i < 1500; ++i) {
      model.step();
      if (HasFatalFailure()) return;
    }
    model.finish();
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace antiphon
