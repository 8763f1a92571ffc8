#include "broker/auth/account_rules.h"

#include <absl/hash/hash.h>

#include <algorithm>

#include "protocol/nats/account_wiring.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr uint64_t kWholeWeight = 100;

// What both patterns match, as a pattern; empty when that is nothing.
std::string intersection(std::string_view a, std::string_view b) {
  std::string both;
  TokenWalk walk_a(a);
  TokenWalk walk_b(b);
  std::string_view token_a;
  std::string_view token_b;
  bool rest_a = false;
  bool rest_b = false;
  while (true) {
    const bool more_a = rest_a || walk_a.next(token_a);
    const bool more_b = rest_b || walk_b.next(token_b);
    if (!more_a || !more_b) {
      const bool ends = (more_a ? rest_a : true) && (more_b ? rest_b : true);
      return ends ? both : std::string();
    }
    rest_a = token_a == ">";
    rest_b = token_b == ">";
    if (!both.empty()) both += kTokenSeparator;
    if (rest_a && rest_b) return both += ">";
    const bool open_a = rest_a || token_a == "*";
    const bool open_b = rest_b || token_b == "*";
    if (!open_a && !open_b && token_a != token_b) return {};
    both += rest_a ? token_b : rest_b ? token_a : open_a ? token_b : token_a;
  }
}

AccountId id_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return AccountId{static_cast<uint32_t>(found - names.begin())};
}

SubjectTransform transform_of(std::string_view source, std::string_view destination,
                              SubjectTransform::Kind kind) {
  std::string problem;
  return *SubjectTransform::make(source, destination, kind, problem);
}

// REQUIRES: no wiring problem.
StreamImport stream_import(const ImportSettings& settings, AccountId exporter) {
  StreamImport import;
  import.exporter = exporter;
  import.there = settings.subject;
  import.here = import_pattern(settings);
  // Compared with its numbers: `$2.$1` is another name for `*.*`, though the same pattern.
  const std::string destination = numbered_wildcards(import_destination(settings));
  if (has_wildcard(import.there) && destination != numbered_wildcards(import.there)) {
    import.to_here =
        transform_of(import.there, destination, SubjectTransform::Kind::kReversible);
    import.to_there = import.to_here->reversed();
  }
  return import;
}

std::unique_ptr<ServiceImport> service_import(const ImportSettings& settings, AccountId exporter,
                                              const ExportSettings& shared) {
  auto import = std::make_unique<ServiceImport>();
  import->exporter = exporter;
  import->there = settings.subject;
  import->here = import_pattern(settings);
  import->response = shared.response;
  import->threshold_ms = shared.response_threshold_ms;
  import->share = settings.share;
  import->service = absl::HashOf(exporter.value, shared.subject);
  import->same_subject = import_destination(settings) == settings.subject;
  if (!import->same_subject && has_wildcard(import->there)) {
    import->to_there =
        transform_of(import->there, numbered_wildcards(import_destination(settings)),
                     SubjectTransform::Kind::kReversible)
            .reversed();
  }
  return import;
}

}  // namespace

std::string StreamImport::part_wanted(std::string_view subject) const {
  const std::string wanted = intersection(subject, here);
  if (wanted.empty()) return {};
  if (!to_there) return here == there ? wanted : there;
  std::string part;
  to_there->append_to(part, wanted);
  return part;
}

void StreamImport::append_here(std::string& out, std::string_view subject) const {
  if (to_here) {
    to_here->append_to(out, subject);
  } else {
    out.append(here == there ? subject : std::string_view(here));
  }
}

void ServiceImport::append_there(std::string& out, std::string_view subject) const {
  if (to_there) {
    to_there->append_to(out, subject);
  } else {
    out.append(same_subject ? subject : std::string_view(there));
  }
}

void AccountRules::add_mapping(const MappingSettings& settings) {
  auto mapping = std::make_unique<Mapping>();
  bool names_source = false;
  uint64_t weights = 0;
  for (const MappingDestination& destination : settings.destinations) {
    weights += static_cast<uint64_t>(destination.weight);
    names_source |= destination.subject == settings.subject;
    mapping->ways.push_back({transform_of(settings.subject, destination.subject,
                                          SubjectTransform::Kind::kAny),
                             weights});
  }
  if (weights < kWholeWeight && !names_source) {
    mapping->ways.push_back({transform_of(settings.subject, numbered_wildcards(settings.subject),
                                          SubjectTransform::Kind::kAny),
                             kWholeWeight});
  }
  mappings_by_subject_.add(settings.subject, mapping.get());
  mappings_.push_back(std::move(mapping));
}

bool AccountRules::map(std::string_view subject, uint64_t random, std::string& out) const {
  bool found = false;
  mappings_by_subject_.match(subject, [&](const Mapping& mapping) {
    found = true;
    const uint64_t number = random % kWholeWeight;
    for (const Mapping::Way& way : mapping.ways) {
      if (number >= way.up_to) continue;
      way.transform.append_to(out, subject, random / kWholeWeight);
      break;
    }
    return false;
  });
  return found;
}

// What other accounts say of their exports may have changed, so the imports are compared too.
bool AccountRules::is_same(const AccountRules& other) const {
  const auto same_stream = [](const StreamImport& a, const StreamImport& b) {
    return a.exporter == b.exporter && a.there == b.there && a.here == b.here;
  };
  const auto same_service = [](const auto& a, const auto& b) {
    return a->exporter == b->exporter && a->there == b->there && a->here == b->here &&
           a->response == b->response && a->threshold_ms == b->threshold_ms;
  };
  return settings_ == other.settings_ &&
         std::equal(streams_.begin(), streams_.end(), other.streams_.begin(),
                    other.streams_.end(), same_stream) &&
         std::equal(services_.begin(), services_.end(), other.services_.begin(),
                    other.services_.end(), same_service);
}

std::vector<std::shared_ptr<const AccountRules>> make_account_rules(
    std::span<const AccountSettings> accounts, const std::vector<std::string>& names) {
  const std::vector<WiringProblem> problems = wiring_problems(accounts);
  const auto is_wrong = [&problems](size_t account, WiringProblem::Part part, size_t index) {
    return std::any_of(problems.begin(), problems.end(), [&](const WiringProblem& problem) {
      return problem.account == account && problem.part == part && problem.index == index;
    });
  };
  std::vector<std::shared_ptr<const AccountRules>> all(names.size());
  for (size_t i = 0; i < accounts.size(); ++i) {
    const AccountSettings& settings = accounts[i];
    const AccountId id = id_of(names, settings.name);
    if (id.value == names.size() || settings == AccountSettings{settings.name, {}, {}, {}, {}}) {
      continue;
    }
    auto rules = std::make_shared<AccountRules>();
    rules->settings_ = settings;
    const auto is_service = [](const auto& shared) { return shared.kind == ShareKind::kService; };
    // Whoever asks may be asked back: an answer may have a reply subject too.
    rules->answers_requests_ =
        std::any_of(settings.exports.begin(), settings.exports.end(), is_service) ||
        std::any_of(settings.imports.begin(), settings.imports.end(), is_service);
    for (size_t k = 0; k < settings.mappings.size(); ++k) {
      if (!is_wrong(i, WiringProblem::Part::kMapping, k)) rules->add_mapping(settings.mappings[k]);
    }
    for (size_t k = 0; k < settings.imports.size(); ++k) {
      if (is_wrong(i, WiringProblem::Part::kImport, k)) continue;
      const ImportSettings& import = settings.imports[k];
      const AccountId exporter = id_of(names, import.account);
      if (import.kind == ShareKind::kStream) {
        rules->streams_.push_back(stream_import(import, exporter));
        continue;
      }
      const auto from = std::find_if(accounts.begin(), accounts.end(), [&](const auto& account) {
        return account.name == import.account;
      });
      const ExportSettings* shared =
          find_export(*from, ShareKind::kService, import.subject, settings.name);
      rules->services_.push_back(service_import(import, exporter, *shared));
      rules->services_by_subject_.add(rules->services_.back()->here, rules->services_.back().get());
    }
    all[id.value] = std::move(rules);
  }
  return all;
}

}  // namespace antiphon
