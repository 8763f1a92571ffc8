#include "cli/federation_permissions.h"

#include <absl/strings/str_cat.h>

#include <cstdio>

#include "federation/relay/load_relay.h"
#include "federation/relay/side_subjects.h"

namespace antiphon {
namespace {

using federation::Side;
using federation::SideSubjects;

void add_flags(const char* flag, const std::vector<std::string>& subjects, std::string& out) {
  for (const std::string& subject : subjects) {
    absl::StrAppend(&out, " \\\n    ", flag, " '", subject, "'");
  }
}

}  // namespace

std::string federation_permissions_text(const federation::RelaySettings& settings) {
  std::string out;
  for (const Side side : {Side::kFederation, Side::kCollective}) {
    const char* name = federation::side_name(side);
    const SideSubjects subjects = federation::subjects_of(side, settings);
    absl::StrAppend(&out, "# ", settings.cluster, ": for the brokers of the ", name, " side\n");
    absl::StrAppend(&out, "antiphon jwt keys ", name, ".seed ", name, ".public\n");
    absl::StrAppend(&out, "antiphon jwt client ", name, ".jwt federation=", settings.cluster,
                    " ISSUER.seed --public-key ", name, ".public \\\n",
                    "    --no-fleet-management --service --validity 1y");
    add_flags("--subscribe", subjects.subscribe, out);
    add_flags("--publish", subjects.publish, out);
    absl::StrAppend(&out, "\n");
  }
  return out;
}

int federation_permissions(const std::string& config) {
  const federation::LoadedRelay loaded = federation::load_relay(config, system_config_inputs());
  for (const Diagnostic& error : loaded.errors) {
    std::fprintf(stderr, "antiphon: %s\n", to_string(error).c_str());
  }
  if (!loaded.ok()) return 1;
  std::fputs(federation_permissions_text(loaded.settings).c_str(), stdout);
  return 0;
}

}  // namespace antiphon
