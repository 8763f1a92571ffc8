// What an account shares, maps and bounds, ready to be asked while messages pass.
//
// MODEL: made of the settings of all accounts at once, because an import is only good if the other
// account exports it. What does not fit is left out: nothing crosses by mistake.
// SHARD: any; immutable, replaced as a whole on reload. SEE: protocol/nats/account_wiring.h,
// docs/decisions/0006-imports.md.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/auth/subject_index.h"
#include "broker/runtime/strong_id.h"
#include "protocol/nats/account_settings.h"
#include "protocol/subject/transform.h"

namespace antiphon {

// Messages of another account that clients here may subscribe to as `here`.
struct StreamImport {
  AccountId exporter;
  std::string there;
  std::string here;
  // Both none: the subject is the same on both sides, or both are literal.
  std::optional<SubjectTransform> to_here;
  std::optional<SubjectTransform> to_there;

  // The part of the exporter's subjects that a subscription to `subject` here asks for; empty: none.
  std::string part_wanted(std::string_view subject) const;
  // What the exporter's `subject` is called here.
  void append_here(std::string& out, std::string_view subject) const;
};

// Requests here to `here` that another account answers as `there`.
struct ServiceImport {
  AccountId exporter;
  std::string there;
  std::string here;
  bool same_subject = false;
  std::optional<SubjectTransform> to_there;
  ResponseType response = ResponseType::kSingleton;
  int64_t threshold_ms = ExportSettings::kThresholdDefaultMs;
  bool share = false;
  uint64_t service = 0;  // the same for all imports of one export, and after a reload

  void append_there(std::string& out, std::string_view subject) const;
};

class AccountRules {
 public:
  const std::vector<StreamImport>& streams() const { return streams_; }
  const SubjectIndex<ServiceImport>& services() const { return services_by_subject_; }
  bool maps() const { return !mappings_by_subject_.empty(); }
  // Somebody may import a service of this account, so that its replies have to find their way.
  bool answers_requests() const { return answers_requests_; }
  const AccountLimits& limits() const { return settings_.limits; }

  // Whether publishing here is more than to hand messages to subscribers.
  bool touches_publish() const { return maps() || answers_requests_ || !services_by_subject_.empty(); }

  // What a mapping makes of the subject, appended to `out`; false when none is about it. Nothing is
  // appended if the message is to be lost. `random` chooses.
  bool map(std::string_view subject, uint64_t random, std::string& out) const;

  // Whether both were made of the same settings, so that nothing has to be done over.
  bool is_same(const AccountRules& other) const;

 private:
  friend std::vector<std::shared_ptr<const AccountRules>> make_account_rules(
      std::span<const AccountSettings> accounts, const std::vector<std::string>& names);

  struct Mapping {
    struct Way {
      SubjectTransform transform;
      uint64_t up_to;  // chosen when a number below 100 is below this and not below the one before
    };
    std::vector<Way> ways;
  };

  void add_mapping(const MappingSettings& settings);

  AccountSettings settings_;
  std::vector<StreamImport> streams_;
  std::vector<std::unique_ptr<ServiceImport>> services_;
  SubjectIndex<ServiceImport> services_by_subject_;
  std::vector<std::unique_ptr<Mapping>> mappings_;
  SubjectIndex<Mapping> mappings_by_subject_;
  bool answers_requests_ = false;
};

// By AccountId, that is, by the place in `names`; null for an account that has no rules.
std::vector<std::shared_ptr<const AccountRules>> make_account_rules(
    std::span<const AccountSettings> accounts, const std::vector<std::string>& names);

}  // namespace antiphon
