#include "protocol/nats/account_wiring.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "protocol/subject/subject.h"
#include "protocol/subject/transform.h"

namespace antiphon {
namespace {

using Part = WiringProblem::Part;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string_view token_at(std::string_view subject, int64_t position) {
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) {
    if (--position == 0) return token;
  }
  return {};
}

bool is_approved(const ExportSettings& shared, const std::string& subject,
                 const std::string& importer) {
  if (shared.account_token > 0) {
    return subject != shared.subject && token_at(subject, shared.account_token) == importer;
  }
  if (!shared.accounts) return true;
  return std::find(shared.accounts->begin(), shared.accounts->end(), importer) !=
         shared.accounts->end();
}

class Wiring {
 public:
  explicit Wiring(std::span<const AccountSettings> accounts) : accounts_(accounts) {
    for (size_t i = 0; i < accounts.size(); ++i) indexes_.emplace(accounts[i].name, i);
  }

  std::vector<WiringProblem> problems() {
    for (size_t i = 0; i < accounts_.size(); ++i) {
      for (size_t k = 0; k < accounts_[i].exports.size(); ++k) check_export(i, k);
      for (size_t k = 0; k < accounts_[i].mappings.size(); ++k) check_mapping(i, k);
    }
    for (size_t i = 0; i < accounts_.size(); ++i) {
      for (size_t k = 0; k < accounts_[i].imports.size(); ++k) check_import(i, k);
    }
    return std::move(problems_);
  }

 private:
  // An import that was found good.
  struct Link {
    ShareKind kind;
    size_t importer;
    size_t exporter;
    std::string here;   // pattern in the importing account
    std::string there;  // in the exporting one
  };

  void report(size_t account, Part part, size_t index, std::string message) {
    problems_.push_back({account, part, index, std::move(message)});
  }

  size_t find(std::string_view name) const {
    const auto found = indexes_.find(name);
    return found == indexes_.end() ? accounts_.size() : found->second;
  }

  void check_export(size_t account, size_t index) {
    const ExportSettings& shared = accounts_[account].exports[index];
    const auto wrong = [&](std::string message) {
      report(account, Part::kExport, index, std::move(message));
    };
    if (!is_valid_subject(shared.subject)) {
      return wrong(quoted(shared.subject) + " is not a valid subject");
    }
    for (size_t other = 0; other < index; ++other) {
      const ExportSettings& before = accounts_[account].exports[other];
      if (before.kind == shared.kind && before.subject == shared.subject) {
        return wrong(quoted(shared.subject) + " is exported twice");
      }
    }
    if (shared.account_token > 0 && token_at(shared.subject, shared.account_token) != "*") {
      wrong("account_token_position must be the place of a * in " + quoted(shared.subject));
    }
    if (!shared.accounts) return;
    if (shared.accounts->empty()) {
      wrong("accounts is empty: name those that may import it, or leave it out");
    }
    for (const std::string& name : *shared.accounts) {
      if (find(name) == accounts_.size()) wrong("there is no account " + quoted(name));
    }
  }

  void check_mapping(size_t account, size_t index) {
    const MappingSettings& mapping = accounts_[account].mappings[index];
    const auto wrong = [&](std::string message) {
      report(account, Part::kMapping, index, std::move(message));
    };
    if (!is_valid_subject(mapping.subject)) {
      return wrong(quoted(mapping.subject) + " is not a valid subject");
    }
    for (size_t other = 0; other < index; ++other) {
      if (accounts_[account].mappings[other].subject == mapping.subject) {
        return wrong(quoted(mapping.subject) + " is mapped twice");
      }
    }
    int64_t weights = 0;
    std::set<std::string> seen;
    for (const MappingDestination& destination : mapping.destinations) {
      if (!seen.insert(destination.subject).second) {
        wrong("destination " + quoted(destination.subject) + " is named twice");
      }
      weights += destination.weight;
      std::string problem;
      if (!SubjectTransform::make(mapping.subject, destination.subject,
                                  SubjectTransform::Kind::kAny, problem)) {
        wrong("cannot map " + quoted(mapping.subject) + ": " + problem);
      }
    }
    if (weights > 100) wrong("the weights of " + quoted(mapping.subject) + " add up to more than 100");
  }

  void check_import(size_t account, size_t index) {
    const ImportSettings& import = accounts_[account].imports[index];
    const auto wrong = [&](std::string message) {
      report(account, Part::kImport, index, std::move(message));
    };
    const size_t exporter = find(import.account);
    if (exporter == accounts_.size()) {
      return wrong("there is no account " + quoted(import.account));
    }
    if (exporter == account) return wrong("an account cannot import from itself");
    if (!is_valid_subject(import.subject)) {
      return wrong(quoted(import.subject) + " is not a valid subject");
    }
    if (!import.prefix.empty() && !is_valid_literal_subject(without_dot(import.prefix))) {
      return wrong("prefix " + quoted(import.prefix) + " must be a subject without wildcards");
    }
    if (find_export(accounts_[exporter], import.kind, import.subject, accounts_[account].name) ==
        nullptr) {
      return wrong("account " + quoted(import.account) + " does not export " +
                   quoted(import.subject) + " to " + quoted(accounts_[account].name) + " as a " +
                   (import.kind == ShareKind::kStream ? "stream" : "service"));
    }
    const std::string here = import_pattern(import);
    if (!is_valid_subject(here)) return wrong(quoted(here) + " is not a valid subject");
    std::string problem;
    if (!can_transform(import, here, problem)) return wrong(std::move(problem));
    add_link({import.kind, account, exporter, here, import.subject}, wrong);
  }

  static std::string_view without_dot(std::string_view prefix) {
    return prefix.ends_with(kTokenSeparator) ? prefix.substr(0, prefix.size() - 1) : prefix;
  }

  static bool can_transform(const ImportSettings& import, const std::string& here,
                            std::string& problem) {
    const bool service = import.kind == ShareKind::kService;
    if (!has_wildcard(import.subject)) {
      if (service || !has_wildcard(here)) return true;
      problem = quoted(here) + " has wildcards and " + quoted(import.subject) + " has none";
      return false;
    }
    const std::string destination = numbered_wildcards(import_destination(import));
    return SubjectTransform::make(import.subject, destination, SubjectTransform::Kind::kReversible,
                                  problem)
        .has_value();
  }

  template <typename Wrong>
  void add_link(Link link, const Wrong& wrong) {
    for (const Link& other : links_) {
      if (other.kind != link.kind || other.importer != link.importer ||
          other.exporter != link.exporter) {
        continue;
      }
      const bool same =
          link.kind == ShareKind::kStream ? other.there == link.there : other.here == link.here;
      if (same) {
        return wrong("the same is imported from account " +
                     quoted(accounts_[link.exporter].name) + " twice");
      }
    }
    if (closes_ring(link)) {
      return wrong("importing " + quoted(link.there) + " from account " +
                   quoted(accounts_[link.exporter].name) + " closes a ring of imports");
    }
    links_.push_back(std::move(link));
  }

  // Two ideas of a ring, and either is refused: that messages come round, and nats-server's, which
  // compares the names of the first import with those of the others.
  bool closes_ring(const Link& link) const {
    std::vector<bool> seen(links_.size());
    if (comes_round(link, link, seen)) return true;
    const auto names_lead_back = [&](const std::string& subject) {
      seen.assign(links_.size(), false);
      return leads_back(link.exporter, subject, link, seen);
    };
    return names_lead_back(link.here) ||
           (link.kind == ShareKind::kStream && names_lead_back(link.there));
  }

  // Whether what crosses by `link` may cross on until `first` takes it.
  bool comes_round(const Link& link, const Link& first, std::vector<bool>& seen) const {
    for (size_t i = 0; i < links_.size(); ++i) {
      const Link& next = links_[i];
      if (seen[i] || next.kind != link.kind || next.importer != link.exporter ||
          !subjects_overlap(link.there, next.here)) {
        continue;
      }
      seen[i] = true;
      const bool is_back =
          next.exporter == first.importer && subjects_overlap(next.there, first.here);
      if (is_back || comes_round(next, first, seen)) return true;
    }
    return false;
  }

  // Whether the imports of `account` lead to the importer of `first`: of streams those that put
  // there what is exported as `subject`, of services those that take it.
  bool leads_back(size_t account, const std::string& subject, const Link& first,
                  std::vector<bool>& seen) const {
    const bool stream = first.kind == ShareKind::kStream;
    if (stream && !exports_stream(account, subject)) return false;
    for (size_t i = 0; i < links_.size(); ++i) {
      const Link& next = links_[i];
      if (seen[i] || next.kind != first.kind || next.importer != account ||
          !subjects_overlap(subject, stream ? next.here : next.there)) {
        continue;
      }
      seen[i] = true;
      if (next.exporter == first.importer) return true;
      const bool narrower = subject_covers(subject, next.here);
      if (leads_back(next.exporter, narrower ? next.here : subject, first, seen)) return true;
    }
    return false;
  }

  bool exports_stream(size_t account, const std::string& subject) const {
    const auto& exports = accounts_[account].exports;
    return std::any_of(exports.begin(), exports.end(), [&](const ExportSettings& shared) {
      return shared.kind == ShareKind::kStream && subject_covers(shared.subject, subject);
    });
  }

  const std::span<const AccountSettings> accounts_;
  std::unordered_map<std::string_view, size_t> indexes_;  // by name
  std::vector<Link> links_;
  std::vector<WiringProblem> problems_;
};

}  // namespace

std::vector<WiringProblem> wiring_problems(std::span<const AccountSettings> accounts) {
  return Wiring(accounts).problems();
}

std::string import_destination(const ImportSettings& import) {
  if (!import.to.empty()) return import.to;
  if (import.prefix.empty()) return import.subject;
  const bool dotted = import.prefix.ends_with(kTokenSeparator);
  return import.prefix + (dotted ? "" : ".") + import.subject;
}

std::string import_pattern(const ImportSettings& import) {
  return wildcards_for_numbers(import_destination(import));
}

const ExportSettings* find_export(const AccountSettings& exporter, ShareKind kind,
                                  const std::string& subject, const std::string& importer) {
  const ExportSettings* found = nullptr;
  for (const ExportSettings& shared : exporter.exports) {
    if (shared.kind != kind || !subject_covers(shared.subject, subject)) continue;
    const bool approved = is_approved(shared, subject, importer);
    // The export of exactly this subject decides alone.
    if (shared.subject == subject) return approved ? &shared : nullptr;
    if (approved && found == nullptr) found = &shared;
  }
  return found;
}

}  // namespace antiphon
