// Which imports are good, by what the documents say of exports and imports, one by one.
//
// WHY one question is answered half: what closes a ring is the product's word, because it refuses
// what nats-server refuses too, by name. Here it must only be true that imports lead back at all;
// that no message comes round is looked at while messages are played (account_oracle.h).
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "protocol/nats/account_wiring.h"
#include "tests/model/account_set.h"
#include "tests/model/naive_subjects.h"

namespace antiphon {

// What a stream or service is called where it is imported; may have places.
inline std::string name_here(const ImportSettings& import) {
  if (!import.to.empty()) return import.to;
  if (import.prefix.empty()) return import.subject;
  return import.prefix + (import.prefix.ends_with(".") ? "" : ".") + import.subject;
}

class SharingDefinition {
 public:
  // `refused`: what the product found wrong with the same settings.
  SharingDefinition(std::span<const AccountSettings> accounts,
                    const std::vector<WiringProblem>& refused)
      : accounts_(accounts), good_(accounts.size()) {
    for (const WiringProblem& problem : refused) {
      if (problem.part == WiringProblem::Part::kImport) continue;
      disagree("what is exported or mapped", problem.message);
    }
    for (size_t i = 0; i < accounts.size(); ++i) {
      for (size_t k = 0; k < accounts[i].imports.size(); ++k) judge(i, k, refused);
    }
  }

  // Where the product decides otherwise; empty: nowhere.
  const std::string& disagreement() const { return disagreement_; }
  bool is_good(size_t account, size_t import) const { return good_[account][import]; }
  size_t rings() const { return rings_; }
  size_t good() const {
    size_t count = 0;
    for (const auto& of_one : good_) {
      count += static_cast<size_t>(std::count(of_one.begin(), of_one.end(), true));
    }
    return count;
  }

  size_t index_of(const std::string& name) const {
    for (size_t i = 0; i < accounts_.size(); ++i) {
      if (accounts_[i].name == name) return i;
    }
    return accounts_.size();
  }

  // The export that an import rests on: the one of exactly its subject, or the first of the wider
  // ones that lets the importer have it. Null: none.
  const ExportSettings* export_behind(size_t importer, const ImportSettings& import) const {
    const size_t exporter = index_of(import.account);
    if (exporter == accounts_.size()) return nullptr;
    const auto& exports = accounts_[exporter].exports;
    for (const ExportSettings& shared : exports) {
      if (shared.kind != import.kind || shared.subject != import.subject) continue;
      return lets_have(shared, importer, import.subject) ? &shared : nullptr;
    }
    for (const ExportSettings& shared : exports) {
      if (shared.kind == import.kind && is_wider(shared.subject, import.subject) &&
          lets_have(shared, importer, import.subject)) {
        return &shared;
      }
    }
    return nullptr;
  }

 private:
  void disagree(const std::string& what, const std::string& more) {
    if (disagreement_.empty()) disagreement_ = what + ": " + more;
  }

  // Everything that matches `narrow` matches `wide`.
  static bool is_wider(std::string_view wide, std::string_view narrow) {
    while (!wide.empty() && !narrow.empty()) {
      const std::string_view allowed = take_token(wide);
      const std::string_view wanted = take_token(narrow);
      if (allowed == ">") return true;
      if (wanted == ">" || (allowed != "*" && allowed != wanted)) return false;
    }
    return wide.empty() && narrow.empty();
  }

  bool lets_have(const ExportSettings& shared, size_t importer, std::string_view subject) const {
    const std::string& name = accounts_[importer].name;
    if (shared.account_token > 0) {
      std::string_view token;
      for (int64_t left = shared.account_token; left > 0; --left) token = take_token(subject);
      return token == name;
    }
    if (!shared.accounts) return true;
    return std::count(shared.accounts->begin(), shared.accounts->end(), name) != 0;
  }

  // Each place of the one side is a place of the other, and `>` ends both or neither. A service that
  // is one subject may be asked under many.
  static bool can_be_renamed(const ImportSettings& import) {
    const std::string here = name_here(import);
    const size_t places = places_in(import.subject).size();
    const bool open = import.subject.ends_with(">");
    if (places == 0 && !open && import.kind == ShareKind::kService) return true;
    std::vector<size_t> used = places_in(here);
    std::sort(used.begin(), used.end());
    if (used.size() != places || here.ends_with(">") != open) return false;
    for (size_t i = 0; i < places; ++i) {
      if (used[i] != i + 1) return false;
    }
    return true;
  }

  bool is_repeated(size_t account, size_t index) const {
    const ImportSettings& import = accounts_[account].imports[index];
    for (size_t k = 0; k < index; ++k) {
      const ImportSettings& other = accounts_[account].imports[k];
      if (!good_[account][k] || other.kind != import.kind) continue;
      if (other.account != import.account) continue;
      const bool same = import.kind == ShareKind::kStream
                            ? other.subject == import.subject
                            : pattern_of(name_here(other)) == pattern_of(name_here(import));
      if (same) return true;
    }
    return false;
  }

  // Good imports of that kind lead from one account to another.
  bool leads(ShareKind kind, size_t from, size_t to, std::vector<bool> seen) const {
    if (from == to) return true;
    seen[from] = true;
    for (size_t k = 0; k < good_[from].size(); ++k) {
      const ImportSettings& import = accounts_[from].imports[k];
      const size_t next = index_of(import.account);
      const bool is_way = good_[from][k] && import.kind == kind && !seen[next];
      if (is_way && leads(kind, next, to, seen)) return true;
    }
    return false;
  }

  void judge(size_t account, size_t index, const std::vector<WiringProblem>& refused) {
    const ImportSettings& import = accounts_[account].imports[index];
    const auto is_about_it = [&](const WiringProblem& one) {
      return one.part == WiringProblem::Part::kImport && one.account == account &&
             one.index == index;
    };
    const auto problem = std::find_if(refused.begin(), refused.end(), is_about_it);
    const bool is_refused = problem != refused.end();
    const bool allowed = import.account != accounts_[account].name &&
                         export_behind(account, import) != nullptr && can_be_renamed(import) &&
                         !is_repeated(account, index);
    if (!allowed && !is_refused) {
      disagree("taken, but not shared or not well formed", import.account + " " + import.subject);
    }
    if (allowed && is_refused) {
      ++rings_;
      const bool is_ring = problem->message.ends_with("closes a ring of imports") &&
                           leads(import.kind, index_of(import.account), account,
                                 std::vector<bool>(accounts_.size()));
      if (!is_ring) disagree("shared, but refused", problem->message);
    }
    good_[account].push_back(allowed && !is_refused);
  }

  const std::span<const AccountSettings> accounts_;
  std::vector<std::vector<bool>> good_;  // by account and import
  std::string disagreement_;
  size_t rings_ = 0;
};

}  // namespace antiphon
