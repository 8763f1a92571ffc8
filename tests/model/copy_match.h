// Whether what clients got is what they were due, and which reply subjects that tells.
//
// MODEL: the two random tokens of a reply subject that the product makes are unknown until somebody
// gets them. Within one message each stands for one unknown; what is beyond doubt is remembered.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/model/account_oracle.h"

namespace antiphon {

class ReplyNames {
 public:
  // `unknown` is a subject with `#n` and `@n`; learns what they stand for. On false what was learnt
  // has to be forgotten by keep_first().
  bool unify(std::string_view unknown, std::string_view seen) {
    while (!unknown.empty() && !seen.empty()) {
      const std::string_view token = take_token(unknown);
      const std::string_view given = take_token(seen);
      const bool is_unknown = token[0] == '#' || token[0] == '@';
      if (is_unknown ? !learn(token, given) : token != given) return false;
    }
    return unknown.empty() && seen.empty();
  }

  // The same with the names of the oracle; `seen` itself where it has none.
  std::string unknown_of(std::string_view seen) const {
    std::string made;
    while (!seen.empty()) {
      const std::string_view token = take_token(seen);
      const auto known = std::find_if(known_.begin(), known_.end(),
                                      [&](const auto& one) { return one.second == token; });
      if (!made.empty()) made += '.';
      made += known == known_.end() ? token : std::string_view(known->first);
    }
    return made;
  }

  // What `other` knows of the tokens of a name.
  void take_from(const ReplyNames& other, std::string_view name) {
    while (!name.empty()) {
      const std::string_view token = take_token(name);
      for (const auto& [unknown, stands_for] : other.known_) {
        if (unknown == token) learn(unknown, stands_for);
      }
    }
  }

  size_t size() const { return known_.size(); }
  void keep_first(size_t count) { known_.resize(count); }

 private:
  static constexpr size_t kFirstToken = 6;
  static constexpr size_t kSecondToken = 22;

  bool learn(std::string_view token, std::string_view given) {
    for (const auto& [unknown, stands_for] : known_) {
      if (unknown == token || stands_for == given) return unknown == token && stands_for == given;
    }
    if (given.size() != (token[0] == '#' ? kFirstToken : kSecondToken)) return false;
    known_.emplace_back(token, given);
    return true;
  }

  std::vector<std::pair<std::string, std::string>> known_;
};

// What clients got, against one outcome.
class CopyMatch {
 public:
  CopyMatch(const std::vector<Alternatives>& due, const std::vector<Copy>& seen, ReplyNames& names)
      : due_(due), seen_(seen), names_(names), taken_(seen.size()) {}

  // All of it and nothing else. `names` then holds what the unknowns stand for.
  bool holds() { return due_.size() == seen_.size() && match(0); }

 private:
  bool match(size_t at) {
    if (at == due_.size()) return true;
    const size_t known = names_.size();
    for (const Copy& due : due_[at]) {
      for (size_t i = 0; i < seen_.size(); ++i) {
        if (taken_[i] || !is_same(due, seen_[i])) {
          names_.keep_first(known);
          continue;
        }
        taken_[i] = true;
        if (match(at + 1)) return true;
        taken_[i] = false;
        names_.keep_first(known);
      }
    }
    return false;
  }

  bool is_same(const Copy& due, const Copy& seen) {
    return due.client == seen.client && due.sid == seen.sid && due.body == seen.body &&
           has_headers(due, seen.headers) && names_.unify(due.subject, seen.subject) &&
           names_.unify(due.reply, seen.reply);
  }

  // Who shares its requests is named; of the others only the account is told.
  static bool has_headers(const Copy& due, const std::string& seen) {
    if (due.asker.empty()) return due.headers == seen;
    const size_t account = due.headers.find("\"acc\"");
    const size_t end = due.headers.find('}', account);
    return seen.find(due.headers.substr(account, end - account)) != seen.npos &&
           seen.find("\"user\":\"" + due.asker + "\"") != seen.npos;
  }

  const std::vector<Alternatives>& due_;
  const std::vector<Copy>& seen_;
  ReplyNames& names_;
  std::vector<bool> taken_;
};

// The reply subjects among what is due of which it can be told which is which: no other copy
// differs in nothing else.
inline std::vector<std::string> distinct_replies(const std::vector<Alternatives>& due) {
  std::map<std::string, std::pair<std::string, bool>> by_rest;  // reply; whether there is another
  for (const Alternatives& one : due) {
    for (const Copy& copy : one) {
      const bool unknown = copy.subject.find('#') != copy.subject.npos;
      const std::string rest = std::to_string(copy.client) + " " + copy.sid + " " +
                               (unknown ? "" : copy.subject) + " " + copy.headers;
      const auto [known, is_new] = by_rest.emplace(rest, std::make_pair(copy.reply, false));
      if (!is_new && known->second.first != copy.reply) known->second.second = true;
    }
  }
  std::vector<std::string> distinct;
  for (const auto& [rest, reply] : by_rest) {
    if (!reply.second) distinct.push_back(reply.first);
  }
  return distinct;
}

}  // namespace antiphon
