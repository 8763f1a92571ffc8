#include "federation/border/load_border.h"

#include <absl/strings/str_cat.h>

#include "broker/config/secret_files.h"
#include "protocol/choria/limits.h"

namespace antiphon::federation {
namespace {

absl::Status in_file(const std::string& file, const absl::Status& status) {
  return absl::InvalidArgumentError(absl::StrCat(file, ": ", status.message()));
}

absl::Status read_near_side(const LoadedBorder& loaded, BorderSettings& settings) {
  if (loaded.files.signs_v2()) settings.near_v2 = choria::TokenTrust(loaded.near_issuers);
  if (!loaded.files.signs_v1()) return absl::OkStatus();
  const absl::StatusOr<std::string> pem =
      read_public_file(loaded.near_ca_file, choria::kPemBytesMax);
  if (!pem.ok()) return pem.status();
  absl::StatusOr<choria::CallerTrust> trust = choria::CallerTrust::create(*pem, loaded.near_callers);
  if (!trust.ok()) return in_file(loaded.near_ca_file, trust.status());
  settings.near_v1 = *std::move(trust);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Border>> open_border(const LoadedBorder& loaded,
                                                    const std::string& cluster, int64_t now_unix_s,
                                                    Border::Keep keep) {
  BorderSettings settings;
  settings.cluster = cluster;
  settings.files = loaded.files;
  const absl::StatusOr<std::string> text = read_public_file(loaded.policy_file, kPolicyBytesMax);
  if (!text.ok()) return text.status();
  absl::StatusOr<BorderPolicy> policy = BorderPolicy::parse(*text);
  if (!policy.ok()) return in_file(loaded.policy_file, policy.status());
  settings.policy = *std::move(policy);
  if (absl::Status status = read_near_side(loaded, settings); !status.ok()) return status;
  auto border = std::make_unique<Border>(std::move(settings), std::move(keep));
  if (absl::Status status = border->check(now_unix_s); !status.ok()) return status;
  return border;
}

}  // namespace antiphon::federation
