#include "broker/config/nats_permissions.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/config_text.h"
#include "broker/config/duration.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

using Rules = std::vector<SubjectRule>;

constexpr size_t kRulesMax = 10'000;  // of one list
constexpr std::string_view kBlanks = " \t\r\n\v\f";

bool is_one_of(std::string_view words, std::string_view key) {
  while (!words.empty()) {
    if (take_word(words) == key) return true;
  }
  return false;
}

class PermissionReader {
 public:
  explicit PermissionReader(OptionWriter& writer) : writer_(writer) {}

  PermissionSettings read(const ConfigValue& value) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      mistake(value, "permissions need a block {}, found");
      return {};
    }
    for (const ConfigEntry& entry : map->entries) read_entry(entry);
    return settings_;
  }

 private:
  // A value that was wrong before has been reported.
  void mistake(const ConfigValue& value, std::string_view what) {
    if (value.get<ConfigInvalid>() != nullptr) return;
    writer_.error(value.place, std::string(what) + " " + std::string(kind_of(value)));
  }

  void unknown(const ConfigEntry& entry, std::string_view where, std::string_view known) {
    if (entry.used_as_variable) return;
    writer_.error(entry.key_place, "unknown field " + in_quotes(entry.key) + " in " +
                                       std::string(where) + "; it knows " + std::string(known));
  }

  void read_entry(const ConfigEntry& entry) {
    const std::string key = lower_case(entry.key);
    if (is_one_of("pub publish import", key)) {
      read_sides(entry.value, "publish", settings_.publish_allow, settings_.publish_deny);
    } else if (is_one_of("sub subscribe export", key)) {
      queues_allowed_ = true;
      read_sides(entry.value, "subscribe", settings_.subscribe_allow, settings_.subscribe_deny);
      queues_allowed_ = false;
    } else if (is_one_of("publish_allow_responses allow_responses", key)) {
      read_responses(entry.value);
    } else {
      unknown(entry, "permissions", "publish, subscribe and allow_responses");
    }
  }

  void read_sides(const ConfigValue& value, std::string_view verb, std::optional<Rules>& allow,
                  Rules& deny) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) return read_allowed(value, verb, allow);
    for (const ConfigEntry& entry : map->entries) {
      const std::string key = lower_case(entry.key);
      if (key == "allow") {
        read_allowed(entry.value, verb, allow);
      } else if (key == "deny") {
        read_subjects(entry.value, verb, deny);
      } else {
        unknown(entry, verb, "allow and deny");
      }
    }
  }

  void read_allowed(const ConfigValue& value, std::string_view verb, std::optional<Rules>& allow) {
    const auto* list = value.get<ConfigArray>();
    if (list != nullptr && list->empty()) {
      writer_.warning(value.place, "an empty list under " + std::string(verb) +
                                       " allows everything; deny \">\" allows nothing");
      return;
    }
    read_subjects(value, verb, allow.emplace());
  }

  void read_subjects(const ConfigValue& value, std::string_view verb, Rules& rules) {
    rules.clear();
    if (value.get<std::string>() != nullptr) return read_subject(value, rules);
    const auto* list = value.get<ConfigArray>();
    if (list == nullptr) {
      return mistake(value, std::string(verb) + " needs a subject or a list of them, found");
    }
    if (list->size() > kRulesMax) {
      return writer_.error(value.place,
                           "more than " + std::to_string(kRulesMax) + " subjects in one list");
    }
    for (const ConfigValue& item : *list) read_subject(item, rules);
  }

  void read_subject(const ConfigValue& value, Rules& rules) {
    const auto* text = value.get<std::string>();
    if (text == nullptr) return mistake(value, "a subject is needed, found");
    if (is_valid_subject(*text)) {
      rules.push_back({*text, {}});
      return;
    }
    const std::string_view both = trimmed(*text);
    const size_t blank = both.find_first_of(kBlanks);
    const std::string subject(both.substr(0, blank));
    const std::string queue(blank == both.npos ? std::string_view() : trimmed(both.substr(blank)));
    if (!queues_allowed_ || queue.empty() || !is_valid_subject(subject)) {
      return writer_.error(value.place, in_quotes(*text) + " is not a valid subject");
    }
    if (!is_valid_subject(queue)) {
      return writer_.error(value.place, in_quotes(queue) + " is not a valid queue");
    }
    rules.push_back({subject, queue});
  }

  void read_responses(const ConfigValue& value) {
    if (const auto* on = value.get<bool>()) {
      settings_.responses = *on ? std::optional(ResponseRule{}) : std::nullopt;
      return;
    }
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      return mistake(value, "allow_responses needs a boolean or a block of max and expires, found");
    }
    ResponseRule rule;
    for (const ConfigEntry& entry : map->entries) {
      const std::string key = lower_case(entry.key);
      if (is_one_of("max max_msgs max_messages max_responses", key)) {
        read_max(entry.value, rule);
      } else if (is_one_of("expires expiration ttl", key)) {
        read_expires(entry.value, rule);
      } else {
        unknown(entry, "allow_responses", "max and expires");
      }
    }
    settings_.responses = rule;
  }

  // Zero means the default.
  void read_max(const ConfigValue& value, ResponseRule& rule) {
    const auto* number = value.get<int64_t>();
    if (number == nullptr) return mistake(value, "max needs a whole number, found");
    if (*number != 0) rule.messages_max = *number;
  }

  void read_expires(const ConfigValue& value, ResponseRule& rule) {
    const auto* text = value.get<std::string>();
    if (text == nullptr) return mistake(value, "expires needs a duration like \"2m\", found");
    const auto duration = parse_go_duration(*text);
    if (!duration) {
      return writer_.error(value.place, in_quotes(*text) + " is not a duration like \"2m\"");
    }
    if (duration->count() == 0) return;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(*duration).count();
    rule.expires_ms = duration->count() < 0 ? -1 : std::max<int64_t>(ms, 1);
  }

  OptionWriter& writer_;
  PermissionSettings settings_;
  bool queues_allowed_ = false;
};

}  // namespace

PermissionSettings read_permissions(const ConfigValue& value, OptionWriter& writer) {
  return PermissionReader(writer).read(value);
}

}  // namespace antiphon
