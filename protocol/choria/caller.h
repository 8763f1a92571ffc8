// Caller ids: `kind=name`, and what subjects and certificates make of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace antiphon::choria {

// The name a certificate must carry: `alice.mcollective` of `choria=alice.mcollective`. The kind is
// lower-case letters; the name ends at the first byte that is not a letter, digit, _ . or -.
std::optional<std::string_view> certname_of_caller(std::string_view caller_id);

// The digest of a caller id (or a node's identity) that stands in reply subjects: MD5 in lower-case
// hexadecimal, or SHA-256 where MD5 is forbidden (FIPS mode), as the reference does.
std::string subject_hash(std::string_view caller_id);

}  // namespace antiphon::choria
