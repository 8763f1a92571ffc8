// Reads what an account exports, imports, maps and bounds in the NATS dialect.
//
// ERRORS: reported one by one at their places; what is wrong is left out. Whether exports and imports
// of different accounts fit is asked when all accounts are read: check_wiring().
#pragma once

#include <vector>

#include "broker/config/config_value.h"
#include "broker/config/option_writer.h"

namespace antiphon {

// Where the parts of an account were written, in the order of its settings.
struct AccountPlaces {
  std::vector<Place> exports;
  std::vector<Place> imports;
  std::vector<Place> mappings;
};

std::vector<ExportSettings> read_exports(const ConfigValue& value, OptionWriter& writer,
                                         std::vector<Place>& places);
std::vector<ImportSettings> read_imports(const ConfigValue& value, OptionWriter& writer,
                                         std::vector<Place>& places);
std::vector<MappingSettings> read_mappings(const ConfigValue& value, OptionWriter& writer,
                                           std::vector<Place>& places);
AccountLimits read_account_limits(const ConfigValue& value, OptionWriter& writer);

// REQUIRES: places[i] are those of accounts[i].
void check_wiring(const std::vector<AccountSettings>& accounts,
                  const std::vector<AccountPlaces>& places, OptionWriter& writer);

}  // namespace antiphon
