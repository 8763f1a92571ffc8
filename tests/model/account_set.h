// Random accounts that share: what each exports, imports and maps, and who subscribes to what.
//
// WHY few words, and most of it made from what is there already: so that imports meet exports, and
// subscriptions and messages meet imports. The rest is made at random, and much of that is wrong.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "broker/runtime/random.h"
#include "protocol/nats/account_settings.h"
#include "tests/model/naive_subjects.h"

namespace antiphon {

inline constexpr size_t kAccountsMax = 5;
inline constexpr size_t kClientsOfEach = 3;  // client 0 to 2 are in the first account, and so on
inline const std::vector<std::string> kAccountNames = {"A", "B", "C", "D", "E"};

struct PlayedSubscription {
  size_t client;
  std::string sid;
  std::string subject;
  std::string queue;  // empty: none
};

struct AccountSet {
  std::vector<AccountSettings> accounts;  // the first of kAccountNames
  std::vector<PlayedSubscription> subscriptions;
  bool maps = false;
};

struct PlayedMessage {
  size_t client;
  std::string subject;
  std::string reply;    // empty: none
  std::string headers;  // the whole block; empty: none
};

// What a client writes that would like to be taken for somebody else.
inline const std::string kForgedInfo = "NATS/1.0\r\nNats-Request-Info: {\"acc\":\"$SYS\"}\r\n\r\n";

class AccountSetMaker {
 public:
  explicit AccountSetMaker(uint64_t seed) : random_(seed) {}

  uint64_t below(uint64_t end) { return random_.below(end); }
  bool one_in(uint64_t count) { return below(count) == 0; }

  AccountSet set() {
    AccountSet made;
    made.accounts.resize(2 + below(kAccountsMax - 1));
    for (size_t i = 0; i < made.accounts.size(); ++i) {
      made.accounts[i].name = kAccountNames[i];
      for (size_t left = 1 + below(3); left > 0; --left) add_export(made.accounts, i);
    }
    for (size_t i = 0; i < made.accounts.size(); ++i) {
      for (size_t left = 1 + below(4); left > 0; --left) {
        made.accounts[i].imports.push_back(import(made.accounts, i));
      }
      if (one_in(6)) made.maps |= add_mappings(made.accounts[i]);
    }
    for (size_t i = 0; i < made.accounts.size(); ++i) {
      for (size_t left = 1 + below(5); left > 0; --left) add_subscription(made, i);
    }
    return made;
  }

  PlayedMessage message(const AccountSet& set) {
    const size_t account = below(set.accounts.size());
    PlayedMessage made{account * kClientsOfEach + below(kClientsOfEach), "", "", ""};
    made.subject = literal_of(known_pattern(set.accounts[account]));
    if (!one_in(3)) made.reply = one_in(3) ? literal() : inbox_of(made.client);
    if (one_in(8)) made.headers = kForgedInfo;
    return made;
  }

  std::string literal() { return literal_of(pattern(0)); }

 private:
  using Accounts = std::vector<AccountSettings>;

  static std::string inbox_of(size_t client) { return "r." + std::to_string(client); }

  std::string word() { return std::string(1, static_cast<char>('a' + below(2))); }

  // One token in `wildcards_in` is a wildcard; 0: none is.
  std::string pattern(uint64_t wildcards_in) {
    std::string made;
    const size_t count = 1 + below(3);
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) made += '.';
      const bool wild = wildcards_in != 0 && one_in(wildcards_in);
      made += !wild ? word() : i + 1 == count && one_in(2) ? ">" : "*";
    }
    return made;
  }

  // A subject that the pattern matches, mostly.
  std::string literal_of(const std::string& from) {
    std::string made;
    std::string_view rest = from;
    while (!rest.empty()) {
      const std::string_view token = take_token(rest);
      if (!made.empty()) made += '.';
      made += token == "*" ? word() : token == ">" ? (one_in(2) ? word() : word() + "." + word())
                                                   : std::string(token);
    }
    return made;
  }

  // Some of the wildcards become what they may stand for.
  std::string narrower(const std::string& from) {
    std::string made;
    std::string_view rest = from;
    while (!rest.empty()) {
      const std::string_view token = take_token(rest);
      if (!made.empty()) made += '.';
      made += token == "*" && one_in(2)   ? (one_in(3) ? kAccountNames[below(3)] : word())
              : token == ">" && one_in(2) ? pattern(3)
                                          : std::string(token);
    }
    return made;
  }

  void add_export(Accounts& accounts, size_t account) {
    ExportSettings made;
    made.kind = one_in(2) ? ShareKind::kStream : ShareKind::kService;
    made.subject = one_in(5) ? ">" : pattern(3);
    auto& exports = accounts[account].exports;
    for (const ExportSettings& other : exports) {
      if (other.kind == made.kind && other.subject == made.subject) return;
    }
    if (one_in(4)) {
      made.accounts.emplace();
      for (size_t left = 1 + below(2); left > 0; --left) {
        made.accounts->push_back(kAccountNames[below(accounts.size())]);
      }
    }
    if (one_in(3)) made.account_token = some_star(made.subject);
    if (made.kind == ShareKind::kService && one_in(3)) made.response = ResponseType::kStream;
    exports.push_back(std::move(made));
  }

  // Which token is a `*`, counted from 1; 0 when none is.
  int64_t some_star(std::string_view subject) {
    std::vector<int64_t> stars;
    for (int64_t number = 1; !subject.empty(); ++number) {
      if (take_token(subject) == "*") stars.push_back(number);
    }
    return stars.empty() ? 0 : stars[below(stars.size())];
  }

  ImportSettings import(const Accounts& accounts, size_t importer) {
    ImportSettings made;
    size_t exporter = below(accounts.size());
    if (exporter == importer && !one_in(10)) exporter = (importer + 1) % accounts.size();
    made.account = one_in(40) ? "nobody" : kAccountNames[exporter];
    made.kind = one_in(2) ? ShareKind::kStream : ShareKind::kService;
    made.subject = pattern(3);
    const auto& exports = accounts[exporter].exports;
    if (!exports.empty() && !one_in(10)) {
      const ExportSettings& wanted = exports[below(exports.size())];
      if (!one_in(12)) made.kind = wanted.kind;
      made.subject = one_in(2) ? wanted.subject : narrower(wanted.subject);
      if (wanted.account_token > 0) {
        made.subject = with_token(wanted.subject, wanted.account_token,
                                  kAccountNames[one_in(4) ? below(accounts.size()) : importer]);
      }
    }
    if (made.kind == ShareKind::kStream && one_in(4)) {
      made.prefix = one_in(2) ? "x" : "x.";
    } else if (!one_in(3)) {
      made.to = destination(made.subject, made.kind == ShareKind::kService);
    }
    made.share = made.kind == ShareKind::kService && one_in(4);
    return made;
  }

  static std::string with_token(std::string_view subject, int64_t position,
                                const std::string& token) {
    std::string made;
    while (!subject.empty()) {
      const std::string_view next = take_token(subject);
      if (!made.empty()) made += '.';
      made += --position == 0 ? token : std::string(next);
    }
    return made;
  }

  // Another name with the same places in some order; now and then one too many or too few.
  std::string destination(const std::string& subject, bool service) {
    const size_t places = places_in(subject).size();
    if (places == 0 && !subject.ends_with(">")) {
      return one_in(2) ? "x." + pattern(0) : pattern(service && one_in(3) ? 3 : 0);
    }
    std::vector<size_t> order;
    for (size_t i = 1; i <= places; ++i) order.push_back(i);
    for (size_t i = places; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    if (places > 0 && one_in(20)) order.pop_back();
    if (places > 0 && one_in(20)) order.push_back(1 + below(places));
    const uint64_t style = below(3);
    std::string made = one_in(3) ? "x" : one_in(2) ? word() : "";
    for (const size_t number : order) {
      if (!made.empty()) made += '.';
      if (one_in(3)) made += word() + ".";
      made += style == 0   ? "$" + std::to_string(number)
              : style == 1 ? "{{wildcard(" + std::to_string(number) + ")}}"
                           : "*";
    }
    if (subject.ends_with(">") && !one_in(20)) made += made.empty() ? ">" : ".>";
    return made.empty() ? word() : made;
  }

  // Sources that begin with different words, so that one alone is about a subject.
  bool add_mappings(AccountSettings& account) {
    for (const std::string first : {"a", "b"}) {
      if (one_in(2)) continue;
      MappingSettings made;
      made.subject = one_in(3) ? first : first + "." + pattern(2);
      const int64_t weight = one_in(2) ? 100 : 10 * static_cast<int64_t>(below(10));
      made.destinations.push_back({mapping_destination(made.subject), weight});
      if (weight < 100 && one_in(2)) {
        const std::string other = mapping_destination(made.subject);
        if (other != made.destinations[0].subject) {
          made.destinations.push_back({other, 100 - weight});
        }
      }
      const auto is_source = [&](const MappingDestination& destination) {
        return pattern_of(destination.subject) == made.subject;
      };
      if (std::none_of(made.destinations.begin(), made.destinations.end(), is_source)) {
        account.mappings.push_back(made);
      }
    }
    return !account.mappings.empty();
  }

  std::string mapping_destination(const std::string& source) {
    std::string made = one_in(2) ? "x" : word();
    for (size_t number = 1; number <= places_in(source).size(); ++number) {
      if (!one_in(3)) made += ".$" + std::to_string(number);
    }
    return source.ends_with(">") ? made + ".>" : made;
  }

  // What is spoken of in an account: its imports by their names there, its exports, or anything.
  std::string known_pattern(const AccountSettings& account) {
    const size_t imports = account.imports.size();
    const size_t exports = account.exports.size();
    const size_t index = below(imports + exports + 1);
    if (index < imports) {
      const ImportSettings& import = account.imports[index];
      if (!import.to.empty()) return pattern_of(import.to);
      return import.prefix.empty() ? import.subject : "x." + import.subject;
    }
    return index < imports + exports ? account.exports[index - imports].subject : pattern(0);
  }

  void add_subscription(AccountSet& set, size_t account) {
    PlayedSubscription made{account * kClientsOfEach + below(kClientsOfEach),
                            std::to_string(set.subscriptions.size()), "", ""};
    const uint64_t kind = below(8);
    made.subject = kind == 0   ? ">"
                   : kind == 1 ? pattern(2)
                   : kind <= 3 ? inbox_of(made.client)
                   : kind <= 5 ? known_pattern(set.accounts[account])
                               : narrower(known_pattern(set.accounts[account]));
    if (kind > 3 && one_in(2)) made.queue = one_in(3) ? "p" : "q";
    set.subscriptions.push_back(std::move(made));
  }

  Random random_;
};

}  // namespace antiphon
