#include "federation/border/border_policy.h"

#include <absl/strings/str_cat.h>

#include <algorithm>

#include "protocol/bytes/text.h"
#include "protocol/choria/caller.h"
#include "protocol/choria/limits.h"

namespace antiphon::federation {
namespace {

constexpr std::string_view kAnything = "*";
constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kSameCaller = "{caller}";
constexpr std::string_view kName = "{name}";
constexpr std::string_view kExampleName = "alice";  // in place of any, to see whether a form is good

absl::Status wrong(std::string_view what) {
  return absl::InvalidArgumentError(to_absl(what));
}

// Empty at the end.
std::string_view take_column(std::string_view& line) {
  const size_t begin = std::min(line.find_first_not_of(kBlanks), line.size());
  line.remove_prefix(begin);
  const std::string_view column = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(column.size());
  return column;
}

absl::Status read_names(std::string_view column, std::vector<std::string>& out) {
  if (column == kAnything) return absl::OkStatus();
  while (true) {
    const size_t comma = column.find(',');
    const std::string_view name = column.substr(0, comma);
    if (name.empty() || name == kAnything) return wrong("an empty name, or * beside names");
    out.emplace_back(name);
    if (comma == std::string_view::npos) return absl::OkStatus();
    column.remove_prefix(comma + 1);
  }
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view name_of(std::string_view caller) {
  return caller.substr(caller.find('=') + 1);
}

std::string filled_in(std::string_view form, std::string_view caller) {
  std::string out;
  while (!form.empty()) {
    if (form.starts_with(kSameCaller)) {
      out += caller;
      form.remove_prefix(kSameCaller.size());
    } else if (form.starts_with(kName)) {
      out += name_of(caller);
      form.remove_prefix(kName.size());
    } else {
      out += form.front();
      form.remove_prefix(1);
    }
  }
  return out;
}

// All of it, and nothing behind.
bool is_caller_id(std::string_view text) {
  const auto name = choria::certname_of_caller(text);
  return name && text.size() <= choria::kNameBytesMax && name->size() == name_of(text).size();
}

}  // namespace

absl::StatusOr<BorderPolicy::Row> BorderPolicy::parse_row(std::string_view line) {
  Row row;
  const std::string_view verb = take_column(line);
  if (verb != "allow" && verb != "deny") return wrong("begins with neither allow nor deny");
  row.allow = verb == "allow";
  const std::string_view caller = take_column(line);
  const std::string_view agents = take_column(line);
  const std::string_view collectives = take_column(line);
  if (collectives.empty()) return wrong("needs a caller, agents and collectives");
  if (caller.size() > 1 && choria::is_pattern_text(caller)) {
    row.pattern.emplace(choria::strip_slashes(caller), choria::Pattern::Case::kSensitive);
    if (!row.pattern->valid()) return wrong("the caller is no regular expression");
  } else if (caller != kAnything) {
    if (!is_caller_id(caller)) return wrong("the caller is no id such as up=alice");
    row.caller = caller;
  }
  for (const auto& [column, names] : {std::pair(agents, &row.agents),
                                      std::pair(collectives, &row.collectives)}) {
    if (absl::Status status = read_names(column, *names); !status.ok()) return status;
  }
  const std::string_view as = take_column(line);
  if (!as.empty() && !row.allow) return wrong("says who a denied caller is");
  row.as = as.empty() ? kSameCaller : as;
  if (!is_caller_id(filled_in(row.as, absl::StrCat("up=", to_absl(kExampleName))))) {
    return wrong("who the caller is on the other side is no caller id such as up={name}");
  }
  if (!take_column(line).empty()) return wrong("has a column too many");
  return row;
}

absl::StatusOr<BorderPolicy> BorderPolicy::parse(std::string_view text) {
  BorderPolicy policy;
  for (uint32_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(kBlanks) == std::string_view::npos) continue;
    absl::StatusOr<Row> row = parse_row(line);
    if (!row.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, ": ", row.status().message()));
    }
    if (policy.rows_.size() == kRowsMax) {
      return absl::InvalidArgumentError(absl::StrCat("more than ", kRowsMax, " rows"));
    }
    row->line = number;
    policy.rows_.push_back(*std::move(row));
  }
  return policy;
}

bool BorderPolicy::Row::fits(std::string_view a_caller, std::string_view agent,
                             std::string_view collective) const {
  if (pattern && !pattern->found_in(a_caller)) return false;
  if (!caller.empty() && caller != a_caller) return false;
  return contains(agents, agent) && contains(collectives, collective);
}

BorderDecision BorderPolicy::decide(std::string_view caller, std::string_view agent,
                                    std::string_view collective) const {
  for (const Row& row : rows_) {
    if (!row.fits(caller, agent, collective)) continue;
    BorderDecision decision{row.allow, row.line, {}};
    if (!row.allow) return decision;
    decision.as = filled_in(row.as, caller);
    decision.allowed = is_caller_id(decision.as);
    return decision;
  }
  return {};
}

}  // namespace antiphon::federation
