#include "broker/config/nats_account_sharing.h"

#include <limits>

#include "broker/config/nats_sharing_reader.h"
#include "protocol/nats/account_wiring.h"

namespace antiphon {
namespace {

class LimitReader : SharingReader {
 public:
  using SharingReader::SharingReader;

  AccountLimits read(const ConfigValue& value) {
    const auto* map = value.get<ConfigMap>();
    if (map == nullptr) {
      mistake(value, "limits of an account are a block");
      return limits_;
    }
    for (const ConfigEntry& entry : map->entries) read_entry(entry);
    return limits_;
  }

 private:
  void read_entry(const ConfigEntry& entry) {
    const std::string key = lower_case(entry.key);
    if (is_one_of("max_connections max_conn", key)) {
      read_limit(entry, limits_.connections_max);
    } else if (is_one_of("max_subscriptions max_subs", key)) {
      read_limit(entry, limits_.subscriptions_max);
    } else if (is_one_of("max_payload max_pay", key)) {
      read_limit(entry, limits_.payload_bytes_max);
    } else if (is_one_of("max_leafnodes max_leafs", key)) {
      read_limit(entry, limits_.leafnodes_max);
    } else {
      unknown(entry, "limits",
              "max_connections, max_subscriptions, max_payload and max_leafnodes");
    }
  }

  void read_limit(const ConfigEntry& entry, int64_t& limit) {
    const auto* number = entry.value.get<int64_t>();
    if (number == nullptr) return mistake(entry.value, lower_case(entry.key) + " needs a number");
    if (*number < -1 || *number > std::numeric_limits<int32_t>::max()) {
      return writer_.error(entry.value.place, lower_case(entry.key) +
                                                  " is -1 (no limit) or a number of 31 bits");
    }
    limit = *number;
  }

  AccountLimits limits_;
};

}  // namespace

AccountLimits read_account_limits(const ConfigValue& value, OptionWriter& writer) {
  return LimitReader(writer).read(value);
}

void check_wiring(const std::vector<AccountSettings>& accounts,
                  const std::vector<AccountPlaces>& places, OptionWriter& writer) {
  for (const WiringProblem& problem : wiring_problems(accounts)) {
    const AccountPlaces& at = places[problem.account];
    const std::vector<Place>& list = problem.part == WiringProblem::Part::kExport   ? at.exports
                                     : problem.part == WiringProblem::Part::kImport ? at.imports
                                                                                    : at.mappings;
    writer.error(list[problem.index], problem.message);
  }
}

}  // namespace antiphon
