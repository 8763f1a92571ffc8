// Whether the exports and imports of all accounts fit together.
//
// WHY: an import that nothing backs must be an error where it is written, never a message that
// crosses after all, and a ring of imports would send messages round for ever. So everything is
// decided on the settings, by one function, for every source of them.
// MODEL: imports are taken in their order; the one that closes a ring is the one that is wrong.
// SOURCE: nats-server 2.15; SEE: advisories of rings that were found at runtime (docs/security.md).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "protocol/nats/account_settings.h"

namespace antiphon {

struct WiringProblem {
  enum class Part : uint8_t { kExport, kImport, kMapping };
  size_t account;  // index
  Part part;
  size_t index;  // of the export, import or mapping
  std::string message;
};

std::vector<WiringProblem> wiring_problems(std::span<const AccountSettings> accounts);

// What a stream import is called here: `to`, or the subject behind the prefix; may have `$1`.
std::string import_destination(const ImportSettings& import);
// The same as a pattern that can be subscribed to.
std::string import_pattern(const ImportSettings& import);

// The export that lets `importer` have `subject`; null when none does.
const ExportSettings* find_export(const AccountSettings& exporter, ShareKind kind,
                                  const std::string& subject, const std::string& importer);

}  // namespace antiphon
