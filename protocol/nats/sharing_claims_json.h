// Reads exports, imports, mappings and lists of revocations in the JWTs of accounts.
#pragma once

#include "protocol/nats/claims_json.h"
#include "protocol/nats/sharing_claims.h"

namespace antiphon {

[[nodiscard]] bool read_revocations(claims_json::element value, RevocationClaims& revocations);
// "stream" or "service".
[[nodiscard]] bool read_share_kind(claims_json::element value, ShareKind& kind);
[[nodiscard]] bool read_export_claims(claims_json::element value, std::vector<ExportClaims>& all);
[[nodiscard]] bool read_import_claims(claims_json::element value, std::vector<ImportClaims>& all);
// Destinations for one cluster alone are left out: there is none here that could be meant.
[[nodiscard]] bool read_mapping_claims(claims_json::element value,
                                       std::vector<MappingSettings>& all);

}  // namespace antiphon
