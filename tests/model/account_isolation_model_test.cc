// Accounts against a naive oracle: for random exports, imports, mappings, subscriptions, messages
// and answers nothing crosses that is not shared, and nothing that is shared is withheld.
#include <gtest/gtest.h>

#include <cstdio>

#include "tests/model/account_oracle.h"
#include "tests/model/account_set.h"
#include "tests/model/account_set_text.h"
#include "tests/model/account_world.h"
#include "tests/model/copy_match.h"
#include "tests/model/model_seed.h"
#include "tests/model/model_sets.h"
#include "tests/model/sharing_definition.h"

namespace antiphon {
namespace {

// How often what a set may hold came up, so that a run cannot be an empty one.
struct Played {
  size_t good_imports = 0;
  size_t refused_imports = 0;
  size_t rings = 0;
  size_t copies = 0;
  size_t crossings = 0;
  size_t nobody_there = 0;
  size_t answers = 0;
  size_t further_answers = 0;
  size_t forged_answers = 0;
  size_t chosen = 0;  // by weight, among ways that differ
};

class AccountIsolation {
 public:
  explicit AccountIsolation(uint16_t shards) : shards_(shards), world_(shards) {}

  // One set: accounts that share, subscriptions, messages, and answers to them.
  void play(uint64_t seed) {
    AccountSetMaker make(seed);
    world_.seed(seed);
    const AccountSet set = make.set();
    const std::vector<WiringProblem> problems = wiring_problems(set.accounts);
    const SharingDefinition sharing(set.accounts, problems);
    played.good_imports += sharing.good();
    played.refused_imports += problems.size();
    played.rings += sharing.rings();
    ASSERT_EQ(sharing.disagreement(), "") << text_of(set);
    const bool reload_first = make.one_in(2);
    if (reload_first) world_.adopt(set.accounts);
    for (const PlayedSubscription& wanted : set.subscriptions) {
      world_.send_later(wanted.client, "SUB " + wanted.subject + " " + wanted.queue +
                                           (wanted.queue.empty() ? "" : " ") + wanted.sid + "\r\n");
    }
    world_.settle();
    if (!reload_first) world_.adopt(set.accounts);
    AccountOracle oracle(set, sharing, shards_);
    names_ = {};
    bodies_ = 0;
    lost_track_ = false;
    play_messages(make, set, oracle);
    for (const PlayedSubscription& wanted : set.subscriptions) {
      world_.send_later(wanted.client, "UNSUB " + wanted.sid + "\r\n");
    }
    world_.settle();
    ASSERT_FALSE(oracle.came_round()) << "a ring of imports was taken\n" << text_of(set);
  }

  Played played;

 private:
  static constexpr size_t kMessages = 3;
  static constexpr size_t kAnswersMax = 5;

  void play_messages(AccountSetMaker& make, const AccountSet& set, AccountOracle& oracle) {
    std::vector<Copy> requests;
    for (size_t i = 0; i < kMessages; ++i) {
      const auto got = publish(make.message(set), set, oracle, "m" + std::to_string(++bodies_));
      if (testing::Test::HasFailure()) return;
      note_requests(got, oracle, requests);
    }
    for (size_t i = 0; i < kAnswersMax && !requests.empty() && !lost_track_; ++i) {
      const Copy request = requests[make.below(requests.size())];
      const MadeReply* open = oracle.find(names_.unknown_of(request.reply));
      PlayedMessage answer{request.client, request.reply, "", ""};
      if (make.one_in(5)) {
        // Whoever else has seen it; only in that account it is worth anything.
        answer.client = make.below(set.accounts.size() * kClientsOfEach);
        ++played.forged_answers;
      }
      if (make.one_in(6)) answer.reply = make.literal();
      if (make.one_in(8)) answer.headers = kForgedInfo;
      ++(open == nullptr ? played.further_answers : played.answers);
      const bool empty = make.one_in(6);
      const auto got = publish(answer, set, oracle, empty ? "" : "y" + std::to_string(++bodies_));
      if (testing::Test::HasFailure()) return;
      note_requests(got, oracle, requests);
    }
  }

  // Those among the copies that may be answered, and of which it is known by what they came.
  void note_requests(const std::vector<Copy>& got, const AccountOracle& oracle,
                     std::vector<Copy>& requests) {
    for (const Copy& copy : got) {
      if (oracle.find(names_.unknown_of(copy.reply)) != nullptr) requests.push_back(copy);
    }
  }

  // Plays one message and compares; returns what was got.
  std::vector<Copy> publish(const PlayedMessage& message, const AccountSet& set,
                            AccountOracle& oracle, const std::string& body) {
    std::string line = message.headers.empty() ? "PUB " : "HPUB ";
    line += message.subject + " " + message.reply + (message.reply.empty() ? "" : " ");
    if (!message.headers.empty()) line += std::to_string(message.headers.size()) + " ";
    line += std::to_string(message.headers.size() + body.size()) + "\r\n";
    line += message.headers + body + "\r\n";
    PlayedMessage known = message;
    known.subject = names_.unknown_of(message.subject);
    const std::vector<Outcome> outcomes = oracle.outcomes(known, body);
    world_.send(message.client, line);
    std::string problem;
    std::vector<Copy> got = world_.take(problem);
    played.copies += got.size();
    // Who is told that nobody is there is told of what subject.
    for (Copy& copy : got) {
      const size_t at = copy.headers.find(" " + message.subject + "\r\n");
      if (at != copy.headers.npos) copy.headers.replace(at + 1, message.subject.size(), known.subject);
    }
    std::vector<const Outcome*> fitting;
    ReplyNames learnt;
    for (const Outcome& outcome : outcomes) {
      ReplyNames names = names_;
      const bool fits = CopyMatch(outcome.due, got, names).holds();
      if (!fits && !(got.empty() && may_seem_wanted(outcome, known))) continue;
      fitting.push_back(&outcome);
      learnt = std::move(names);
    }
    if (fitting.empty() || !problem.empty()) {
      report(line, set, outcomes, got, problem);
    } else {
      settle_on(fitting, outcomes.size(), known, learnt, oracle);
    }
    return got;
  }

  // Nobody gets it, but another shard has to be asked to know that: the asker is not told then.
  bool may_seem_wanted(const Outcome& outcome, const PlayedMessage& message) const {
    return shards_ > 1 && !outcome.delivered &&
           (outcome.crossed > 0 || message.subject.starts_with("_R_."));
  }

  void settle_on(const std::vector<const Outcome*>& fitting, size_t ways,
                 const PlayedMessage& message, const ReplyNames& learnt, AccountOracle& oracle) {
    const Outcome& outcome = *fitting.front();
    played.crossings += outcome.crossed;
    played.nobody_there += !outcome.delivered && !outcome.due.empty() ? 1 : 0;
    // Which of them it was is not to be seen: what is open after an answer is not known any more.
    if (fitting.size() > 1) {
      lost_track_ |= message.subject.starts_with("_R_.");
      return;
    }
    played.chosen += ways > 1 ? 1 : 0;
    oracle.happened(outcome);
    for (const std::string& reply : distinct_replies(outcome.due)) {
      names_.take_from(learnt, reply);
    }
  }

  static void report(const std::string& line, const AccountSet& set,
                     const std::vector<Outcome>& outcomes, const std::vector<Copy>& got,
                     const std::string& problem) {
    std::string text = text_of(set) + line + "got:\n" + text_of(got) + problem;
    for (const Outcome& outcome : outcomes) text += text_of(outcome);
    ADD_FAILURE() << text;
  }

  const uint16_t shards_;
  AccountWorld world_;
  ReplyNames names_;
  size_t bodies_ = 0;
  bool lost_track_ = false;
};

void play_sets(uint16_t shards, size_t sets) {
  const uint64_t first = model_seed();
  AccountIsolation model(shards);
  for (size_t i = 0; i < sets; ++i) {
    model.play(first + i);
    if (testing::Test::HasFailure()) {
      FAIL() << "in set " << i << " of " << sets << "; " << replay_text(first + i);
    }
  }
  const Played& played = model.played;
  const auto print = [](const char* what, size_t count) {
    std::printf("%12zu %s\n", count, what);
  };
  print("sets", sets);
  print("imports that are good", played.good_imports);
  print("imports refused", played.refused_imports);
  print("of them because of rings", played.rings);
  print("messages that clients got", played.copies);
  print("times that a message came to another account", played.crossings);
  print("askers told that nobody is there", played.nobody_there);
  print("answers", played.answers);
  print("answers after the last", played.further_answers);
  print("of them by others", played.forged_answers);
  print("messages that weights decided about", played.chosen);
  if (sets < 1000) return;  // a replay
  EXPECT_GT(played.good_imports, sets * 2);
  EXPECT_GT(played.refused_imports, sets);
  EXPECT_GT(played.rings, sets / 20);
  EXPECT_GT(played.copies, sets * 2);
  EXPECT_GT(played.crossings, sets);
  EXPECT_GT(played.nobody_there, sets / 20);
  EXPECT_GT(played.answers, sets / 4);
  EXPECT_GT(played.further_answers, sets / 4);
  EXPECT_GT(played.forged_answers, sets / 20);
  EXPECT_GT(played.chosen, sets / 200);
}

TEST(AccountIsolationModel, WhatIsSharedCrossesAndNothingElse) { play_sets(1, model_sets(100'000)); }

TEST(AccountIsolationModel, SoItIsBetweenShards) { play_sets(2, model_sets(10'000)); }

}  // namespace
}  // namespace antiphon
