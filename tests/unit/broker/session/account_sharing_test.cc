// What accounts export and import crosses, renamed as they say, and nothing else does: random
// settings and clients against a naive model.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "broker/runtime/random.h"
#include "protocol/subject/subject.h"
#include "tests/model/model_seed.h"
#include "tests/unit/broker/session/sharing_scene.h"

namespace antiphon {
namespace {

class AccountSharing : public SharingScene {};

// A naive model: it knows every subscription of everybody and the settings, and nothing else.
struct Member {
  SceneClient client;
  uint32_t account;
  std::map<std::string, std::pair<std::string, std::string>> wanted;  // sid -> subject, queue
};

using Wanted = std::multiset<std::string>;  // "member sid subject"

struct Expected {
  Wanted plain;
  std::vector<Wanted> groups;  // exactly one of each
};

std::string some_subject(Random& random, bool wildcards) {
  std::string made;
  const size_t count = 1 + random.below(3);
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) made += '.';
    const uint64_t kind = wildcards ? random.below(6) : 5;
    if (kind == 0) {
      made += i + 1 == count ? '>' : '*';
    } else if (kind == 1) {
      made += '*';
    } else {
      made += static_cast<char>('a' + random.below(2));
    }
  }
  return made;
}

// Renames by tokens: `from` and `to` have their wildcards in the same order.
std::string renamed(const std::string& from, const std::string& to, const std::string& subject) {
  std::vector<std::string> caught;
  std::string_view rest = subject;
  TokenWalk walk(from);
  for (std::string_view token; walk.next(token);) {
    const size_t dot = token == ">" ? rest.npos : rest.find('.');
    if (token == "*" || token == ">") caught.emplace_back(rest.substr(0, dot));
    rest = dot == rest.npos ? std::string_view() : rest.substr(dot + 1);
  }
  std::string made;
  size_t next = 0;
  TokenWalk out(to);
  for (std::string_view token; out.next(token);) {
    if (!made.empty()) made += '.';
    made += token == "*" || token == ">" ? caught[next++] : std::string(token);
  }
  return made;
}

class Model {
 public:
  Model(const std::vector<AccountSettings>& sharing, const std::vector<Member>& members)
      : sharing_(sharing), members_(members) {}

  Expected published(uint32_t account, const std::string& subject) {
    expected_ = {};
    publish(account, subject, false, {});
    return expected_;
  }

 private:
  void publish(uint32_t account, const std::string& subject, bool crossed,
               std::vector<const ImportSettings*> path) {
    std::map<std::string, Wanted> groups;
    for (size_t i = 0; i < members_.size(); ++i) {
      for (const std::string& name : names_for(members_[i].account, account, subject, crossed)) {
        for (const auto& [sid, wanted] : members_[i].wanted) {
          if (!subject_matches(wanted.first, name)) continue;
          const std::string got = std::to_string(i) + " " + sid + " " + name;
          (wanted.second.empty() ? expected_.plain : groups[wanted.second]).insert(got);
        }
      }
    }
    for (auto& [queue, group] : groups) expected_.groups.push_back(group);
    for (const ImportSettings& import : sharing_[account].imports) {
      if (import.kind != kService || std::count(path.begin(), path.end(), &import) != 0) continue;
      const std::string here = import.to.empty() ? import.subject : import.to;
      if (!subject_matches(here, subject)) continue;
      auto longer = path;
      longer.push_back(&import);
      publish(index_of(import.account), renamed(here, import.subject, subject), true, longer);
    }
  }

  // What a member of `reader` can see of a message in `account`.
  std::vector<std::string> names_for(uint32_t reader, uint32_t account, const std::string& subject,
                                     bool crossed) const {
    std::vector<std::string> names;
    if (reader == account) names.push_back(subject);
    if (crossed) return names;
    for (const ImportSettings& import : sharing_[reader].imports) {
      if (import.kind != kStream || index_of(import.account) != account) continue;
      if (!subject_matches(import.subject, subject)) continue;
      const std::string here = import.to.empty() ? import.subject : import.to;
      names.push_back(renamed(import.subject, here, subject));
    }
    return names;
  }

  uint32_t index_of(const std::string& name) const {
    for (uint32_t i = 0; i < sharing_.size(); ++i) {
      if (sharing_[i].name == name) return i;
    }
    return 0;
  }

  const std::vector<AccountSettings>& sharing_;
  const std::vector<Member>& members_;
  Expected expected_;
};

// "member sid subject" of each message in what a member was sent.
void take_messages(const std::string& text, size_t member, Wanted& got) {
  for (size_t at = text.find("MSG "); at != text.npos; at = text.find("MSG ", at + 1)) {
    const size_t subject = at + 4;
    const size_t sid = text.find(' ', subject) + 1;
    got.insert(std::to_string(member) + " " + text.substr(sid, text.find(' ', sid) - sid) + " " +
               text.substr(subject, sid - 1 - subject));
  }
}

std::vector<AccountSettings> some_sharing(Random& random) {
  std::vector<AccountSettings> sharing = {{"A", {}, {}, {}, {}}, {"B", {}, {}, {}, {}},
                                          {"C", {}, {}, {}, {}}};
  for (AccountSettings& account : sharing) {
    for (const ShareKind kind : {kStream, kService}) {
      ExportSettings shared = exported(kind, random.below(3) == 0 ? ">" : some_subject(random, true));
      if (random.below(3) == 0) shared.accounts = {sharing[random.below(3)].name};
      account.exports.push_back(shared);
    }
  }
  for (AccountSettings& account : sharing) {
    for (size_t i = 0; i < 4; ++i) {
      ImportSettings import = imported(random.below(2) == 0 ? kStream : kService,
                                       sharing[random.below(3)].name, some_subject(random, true));
      if (random.below(2) == 0) import.to = "x." + import.subject;
      account.imports.push_back(import);
    }
  }
  // What is wrong must not cross; the model does not know it.
  return sharing;
}

std::vector<AccountSettings> without_problems(std::vector<AccountSettings> sharing) {
  std::vector<WiringProblem> problems = wiring_problems(sharing);
  std::reverse(problems.begin(), problems.end());
  for (const WiringProblem& problem : problems) {
    EXPECT_EQ(problem.part, WiringProblem::Part::kImport) << problem.message;
    auto& imports = sharing[problem.account].imports;
    imports.erase(imports.begin() + static_cast<std::ptrdiff_t>(problem.index));
  }
  return sharing;
}

// Whether each of the groups from `at` on got one of these, and a different one each: members may be
// those of several, where a message came to an account by two ways.
bool each_got_one(const std::vector<Wanted>& groups, size_t at, Wanted& got) {
  if (at == groups.size()) return true;
  for (const std::string& one : groups[at]) {
    const auto found = got.find(one);
    if (found == got.end()) continue;
    got.erase(found);
    if (each_got_one(groups, at + 1, got)) return true;
    got.insert(one);
  }
  return false;
}

// Takes what everybody got: the plain messages, one of each group, and nothing else. Returns how many
// of them came from another account.
size_t expect_delivered(std::vector<Member>& members, uint32_t account, const Expected& expected,
                        const std::string& subject) {
  size_t crossed = 0;
  Wanted got;
  for (size_t i = 0; i < members.size(); ++i) {
    Wanted of_one;
    take_messages(members[i].client.take(), i, of_one);
    if (members[i].account != account) crossed += of_one.size();
    got.insert(of_one.begin(), of_one.end());
  }
  for (const std::string& one : expected.plain) {
    const auto found = got.find(one);
    if (found == got.end()) {
      ADD_FAILURE() << one << " of " << subject;
      return crossed;
    }
    got.erase(found);
  }
  EXPECT_EQ(got.size(), expected.groups.size()) << subject;
  EXPECT_TRUE(each_got_one(expected.groups, 0, got)) << "no member of a group got " << subject;
  return crossed;
}

TEST_F(AccountSharing, WhateverIsSharedNothingElseCrossesAndNothingIsLost) {
  constexpr uint64_t kSeeds = 200;
  constexpr size_t kSteps = 150;
  settings_.shard_count = 2;
  size_t imports_seen = 0;
  size_t crossed = 0;
  const uint64_t first = model_seed();
  for (uint64_t seed = first; seed - first < kSeeds; ++seed) {
    SCOPED_TRACE(replay_text(seed, "ap_unit_tests"));
    Random random(seed);
    const std::vector<AccountSettings> all = some_sharing(random);
    const std::vector<AccountSettings> sharing = without_problems(all);
    for (const AccountSettings& account : sharing) imports_seen += account.imports.size();
    reload(all);
    std::vector<Member> members;
    for (uint32_t i = 0; i < 9; ++i) {
      const uint32_t account = i % kAccounts;
      members.push_back({in(account, static_cast<uint16_t>(random.below(2))), account, {}});
    }
    Model model(sharing, members);
    for (size_t step = 0; step < kSteps; ++step) {
      Member& member = members[random.below(members.size())];
      const std::string sid = std::to_string(random.below(4));
      const uint64_t action = random.below(4);
      if (action == 0 && !member.wanted.contains(sid)) {
        const std::string subject = some_subject(random, true);
        const std::string queue = random.below(3) == 0 ? "q" : "";
        member.wanted[sid] = {random.below(4) == 0 ? "x." + subject : subject, queue};
        member.client.send("SUB " + member.wanted[sid].first + " " + queue + (queue.empty() ? "" : " ") +
                           sid + "\r\nPING\r\n");
        EXPECT_EQ(member.client.take(), "PONG\r\n");
      } else if (action == 1) {
        member.client.send("UNSUB " + sid + "\r\nPING\r\n");
        EXPECT_EQ(member.client.take(), "PONG\r\n");
        member.wanted.erase(sid);
      } else if (action > 1) {
        const std::string subject = (random.below(4) == 0 ? "x." : "") + some_subject(random, false);
        const Expected expected = model.published(member.account, subject);
        member.client.send("PUB " + subject + " 1\r\nm\r\n");
        crossed += expect_delivered(members, member.account, expected, subject);
        if (HasFailure()) return;
      }
    }
    for (Member& member : members) member.client.close();
  }
  EXPECT_GT(imports_seen, 100u);
  EXPECT_GT(crossed, 300u);
}

}  // namespace
}  // namespace antiphon
