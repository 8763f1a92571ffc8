// What a set of accounts is, who got what and who was due what, as a failure shows it.
#pragma once

#include <string>
#include <vector>

#include "tests/model/account_oracle.h"
#include "tests/model/account_set.h"
#include "tests/model/sharing_definition.h"

namespace antiphon {

inline std::string text_of(const std::vector<Copy>& copies) {
  std::string text;
  for (const Copy& copy : copies) {
    text += "  client " + std::to_string(copy.client) + " by " + copy.sid + ": " + copy.subject +
            " [" + copy.reply + "] " + copy.headers + " \"" + copy.body + "\"\n";
  }
  return text;
}

inline std::string text_of(ShareKind kind) {
  return kind == ShareKind::kStream ? " stream " : " service ";
}

inline std::string text_of(const ExportSettings& shared) {
  std::string text = text_of(shared.kind) + shared.subject;
  if (shared.accounts) {
    text += " to";
    for (const std::string& name : *shared.accounts) text += " " + name;
  }
  if (shared.account_token > 0) text += " token " + std::to_string(shared.account_token);
  return text + (shared.response == ResponseType::kStream ? " (many answers)" : "");
}

inline std::string text_of(const ImportSettings& import) {
  return text_of(import.kind) + import.account + " " + import.subject + " as " +
         name_here(import) + (import.share ? " (says who)" : "");
}

inline std::string text_of(const MappingSettings& mapping) {
  std::string text = mapping.subject;
  for (const MappingDestination& to : mapping.destinations) {
    text += " to " + to.subject + " " + std::to_string(to.weight) + "%";
  }
  return text;
}

inline std::string text_of(const AccountSet& set) {
  std::string text;
  for (const AccountSettings& account : set.accounts) {
    const auto add = [&](const std::string& line) { text += account.name + line + "\n"; };
    for (const ExportSettings& shared : account.exports) add(" exports" + text_of(shared));
    for (const ImportSettings& import : account.imports) add(" imports" + text_of(import));
    for (const MappingSettings& mapping : account.mappings) add(" maps " + text_of(mapping));
  }
  for (const PlayedSubscription& one : set.subscriptions) {
    text += "client " + std::to_string(one.client) + " subscribes " + one.sid + ": " + one.subject +
            " " + one.queue + "\n";
  }
  return text;
}

inline std::string text_of(const Outcome& outcome) {
  std::string text = "due, one of each:\n";
  for (const Alternatives& one : outcome.due) text += " -\n" + text_of(one);
  return text;
}

}  // namespace antiphon
