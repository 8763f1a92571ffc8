// Who is due what when a client publishes, in a set of accounts: by the definition of exports and
// imports, with nothing of the product but the settings.
//
// MODEL: a message goes to the subscriptions of its account, to those of accounts that import it as
// a stream, and by imported services to other accounts, where it is a message again. A reply subject
// that the product makes is unknown beforehand: here it is `_R_.#n.@n`, and what stands for these
// two tokens is learnt from who gets the request. Where mappings choose by weight, each way is tried.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/account_set.h"
#include "tests/model/naive_subjects.h"
#include "tests/model/sharing_definition.h"

namespace antiphon {

// A message that a client got, or is due.
struct Copy {
  size_t client;
  std::string sid;
  std::string subject;
  std::string reply;
  std::string headers;
  std::string body;
  std::string asker;  // due ones: not empty: the headers must say that this user asks
};

// Exactly one of these, to whom it is due.
using Alternatives = std::vector<Copy>;

// A reply subject that was made for one request.
struct MadeReply {
  std::string name;     // `_R_.#n.@n`
  size_t answering;     // account that may answer
  size_t requester;     // account that asked
  std::string target;   // reply subject there
  const ExportSettings* service;
};

// What one way of choosing among mappings leads to.
struct Outcome {
  std::vector<Alternatives> due;
  std::vector<MadeReply> made;
  std::vector<std::string> used_up;  // reply subjects that are good for nothing more
  std::string first_subject;  // that the message had after mapping
  size_t crossed = 0;         // accounts that it came to
  size_t turned_back = 0;     // times that it was at a service again, or had been at too many
  bool delivered = false;
};

// All ways through a number of choices: next() until it is false.
class Choices {
 public:
  size_t choose(size_t count) {
    if (at_ == digits_.size()) digits_.push_back({0, count});
    return digits_[at_++].first;
  }
  bool next() {
    at_ = 0;
    while (!digits_.empty()) {
      if (++digits_.back().first < digits_.back().second) return true;
      digits_.pop_back();
    }
    return false;
  }

 private:
  std::vector<std::pair<size_t, size_t>> digits_;  // what is chosen, of how many
  size_t at_ = 0;
};

class AccountOracle {
 public:
  AccountOracle(const AccountSet& set, const SharingDefinition& sharing, uint16_t shards)
      : set_(set), sharing_(sharing), shards_(shards) {}

  // `message` with names of this oracle. One outcome for each way mappings may choose.
  std::vector<Outcome> outcomes(const PlayedMessage& message, const std::string& body) {
    std::vector<Outcome> all;
    Choices choices;
    do {
      all.push_back(one_outcome(message, body, choices));
    } while (choices.next());
    return all;
  }

  // That one has happened.
  void happened(const Outcome& outcome) {
    for (const MadeReply& made : outcome.made) open_.emplace(made.name, made);
    made_ += outcome.made.size();
    for (const std::string& name : outcome.used_up) open_.erase(name);
  }

  const MadeReply* find(const std::string& reply) const {
    const auto found = open_.find(reply);
    return found == open_.end() ? nullptr : &found->second;
  }
  // A message came to an import a second time, in spite of the refusal of rings.
  bool came_round() const { return came_round_; }

 private:
  static constexpr size_t kHopsMax = 8;

  struct Travelling {
    std::string subject;
    std::string reply;
    std::string headers;
    std::string asker;
    bool by_service = false;
  };
  // Where a message has been: services, and what the first of them says of the asker.
  struct Path {
    std::vector<const ExportSettings*> services;
    std::vector<const ImportSettings*> imports;
    std::string answered_by;  // account; the first step was an answer
    bool has_answer = false;
    bool share = false;
  };

  static size_t account_of(size_t client) { return client / kClientsOfEach; }
  const AccountSettings& account(size_t index) const { return set_.accounts[index]; }

  Outcome one_outcome(const PlayedMessage& message, const std::string& body, Choices& choices) {
    outcome_ = {};
    choices_ = &choices;
    publisher_ = message.client;
    body_ = body;
    const size_t from = account_of(message.client);
    outcome_.first_subject = mapped(from, message.subject);
    outcome_.delivered =
        cross(from, {outcome_.first_subject, message.reply, message.headers, "", false}, {});
    if (!outcome_.delivered && !message.reply.empty()) tell_that_nobody_is_there(message);
    return std::move(outcome_);
  }

  void tell_that_nobody_is_there(const PlayedMessage& message) {
    Alternatives told;
    for (const PlayedSubscription& own : set_.subscriptions) {
      if (own.client != message.client || !own.queue.empty() ||
          !pattern_matches(own.subject, message.reply)) {
        continue;
      }
      told.push_back(
          {own.client, own.sid, message.reply, "",
           "NATS/1.0 503\r\nNats-Subject: " + outcome_.first_subject + "\r\n\r\n", "", ""});
    }
    if (!told.empty()) outcome_.due.push_back(std::move(told));
  }

  std::string mapped(size_t index, const std::string& subject) {
    for (const MappingSettings& mapping : account(index).mappings) {
      if (!pattern_matches(mapping.subject, subject)) continue;
      std::vector<std::string> ways;
      int64_t weights = 0;
      for (const MappingDestination& destination : mapping.destinations) {
        weights += destination.weight;
        if (destination.weight == 0) continue;
        ways.push_back(renamed(mapping.subject, destination.subject, subject));
      }
      if (weights < 100) ways.push_back(subject);
      return ways[ways.size() == 1 ? 0 : choices_->choose(ways.size())];
    }
    return subject;
  }

  // Whether anybody gets it, here or further on.
  bool cross(size_t here, const Travelling& message, const Path& path) {
    bool delivered = hand_over(here, message);
    const MadeReply* reply = find(message.subject);
    if (reply != nullptr && reply->answering == here) delivered |= answer(*reply, message, path);
    // First those of exactly this subject.
    for (const bool exact : {true, false}) {
      for (size_t k = 0; k < account(here).imports.size(); ++k) {
        const ImportSettings& import = account(here).imports[k];
        if (import.kind != ShareKind::kService || !sharing_.is_good(here, k)) continue;
        const std::string pattern = pattern_of(name_here(import));
        if ((pattern == message.subject) != exact) continue;
        if (!pattern_matches(pattern, message.subject)) continue;
        delivered |= request(here, import, message, path);
      }
    }
    return delivered;
  }

  bool hand_over(size_t here, const Travelling& message) {
    std::map<std::string, Alternatives> groups;
    bool delivered = give(here, message.subject, message, groups);
    for (size_t reader = 0; reader < set_.accounts.size() && !message.by_service; ++reader) {
      for (size_t k = 0; k < account(reader).imports.size(); ++k) {
        const ImportSettings& import = account(reader).imports[k];
        if (import.kind != ShareKind::kStream || import.account != account(here).name ||
            !sharing_.is_good(reader, k) || !pattern_matches(import.subject, message.subject)) {
          continue;
        }
        const std::string name = renamed(import.subject, name_here(import), message.subject);
        if (give(reader, name, message, groups)) {
          ++outcome_.crossed;
          delivered = true;
        }
      }
    }
    for (auto& [queue, members] : groups) outcome_.due.push_back(std::move(members));
    return delivered;
  }

  bool give(size_t reader, const std::string& subject, const Travelling& message,
            std::map<std::string, Alternatives>& groups) {
    bool any = false;
    for (const PlayedSubscription& wanted : set_.subscriptions) {
      if (account_of(wanted.client) != reader) continue;
      if (!pattern_matches(wanted.subject, subject)) continue;
      const Copy copy{wanted.client,   wanted.sid, subject,       message.reply,
                      message.headers, body_,      message.asker};
      if (wanted.queue.empty()) {
        outcome_.due.push_back({copy});
      } else {
        groups[wanted.queue].push_back(copy);
      }
      any = true;
    }
    return any;
  }

  bool request(size_t here, const ImportSettings& import, const Travelling& message, Path path) {
    const ExportSettings* service = sharing_.export_behind(here, import);
    const bool again = std::count(path.imports.begin(), path.imports.end(), &import) != 0;
    came_round_ |= again && !set_.maps && !path.has_answer;
    // A service takes a message once on its way, by whatever import.
    if (path.services.size() == kHopsMax ||
        std::count(path.services.begin(), path.services.end(), service) != 0) {
      ++outcome_.turned_back;
      return false;
    }
    const size_t there = sharing_.index_of(import.account);
    if (path.services.empty()) path.share = import.share;
    Travelling asked;
    asked.subject = mapped(there, renamed(name_here(import), import.subject, message.subject));
    if (!message.reply.empty()) asked.reply = make_reply(there, here, message.reply, service);
    const std::string& publishing = account(account_of(publisher_)).name;
    asked.headers = "NATS/1.0\r\nNats-Request-Info: {\"acc\":\"";
    asked.headers += (path.answered_by.empty() ? publishing : path.answered_by) + "\"";
    if (path.answered_by.empty()) {
      if (!path.services.empty()) asked.headers += ",\"svc\":\"" + account(here).name + "\"";
      if (path.share) asked.asker = "u" + std::to_string(account_of(publisher_));
    }
    asked.headers += "}\r\n\r\n";
    asked.by_service = true;
    path.services.push_back(service);
    path.imports.push_back(&import);
    ++outcome_.crossed;
    return cross(there, asked, path);
  }

  bool answer(const MadeReply& reply, const Travelling& message, Path path) {
    // A message that comes by several ways is one answer only by the first of them.
    if (path.services.size() == kHopsMax || is_used_up(reply.name)) return false;
    const bool empty = body_.empty() && message.headers.empty();
    const bool last = reply.service->response == ResponseType::kSingleton || empty;
    // An answer that another shard has to give begins its way anew there.
    if (shards_ > 1 && !path.services.empty() && choices_->choose(2) == 1) path = {};
    if (path.services.empty()) path.answered_by = account(reply.answering).name;
    path.has_answer = true;
    path.services.push_back(reply.service);
    Travelling answered = message;
    answered.subject = mapped(reply.requester, reply.target);
    if (!message.reply.empty()) {
      answered.reply = make_reply(reply.requester, reply.answering, message.reply, reply.service);
    }
    answered.by_service = true;
    ++outcome_.crossed;
    if (last) outcome_.used_up.push_back(reply.name);
    const size_t tried = outcome_.crossed + outcome_.turned_back;
    const bool delivered = cross(reply.requester, answered, path);
    // Who is not there for one answer is not waited for with the next; but where the way goes on,
    // another shard may have to be asked to know that nobody is at its end.
    const bool may_seem_wanted = shards_ > 1 && outcome_.crossed + outcome_.turned_back > tried;
    if (!last && !delivered && !(may_seem_wanted && choices_->choose(2) == 1)) {
      outcome_.used_up.push_back(reply.name);
    }
    return delivered;
  }

  bool is_used_up(const std::string& reply) const {
    const auto& used_up = outcome_.used_up;
    return std::find(used_up.begin(), used_up.end(), reply) != used_up.end();
  }

  std::string make_reply(size_t answering, size_t requester, const std::string& target,
                         const ExportSettings* service) {
    const std::string number = std::to_string(made_ + outcome_.made.size());
    const std::string name = "_R_.#" + number + ".@" + number;
    outcome_.made.push_back({name, answering, requester, target, service});
    return name;
  }

  const AccountSet& set_;
  const SharingDefinition& sharing_;
  const uint16_t shards_;
  std::map<std::string, MadeReply> open_;
  size_t made_ = 0;
  bool came_round_ = false;

  // Of the message that is played.
  Outcome outcome_;
  Choices* choices_ = nullptr;
  size_t publisher_ = 0;
  std::string body_;
};

}  // namespace antiphon
