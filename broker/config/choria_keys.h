// What Choria's keys are to a network broker.
//
// MODEL: one file serves several programs (server, client, federation broker), so keys of the
// others are fine here and have no effect. Free keys belong to agents: `plugin.NAME.anything`,
// where NAME is none of Choria's own (kChoriaNamespaces) and not so near to one that it is a slip
// of the pen (suggestion.h). Everything else is unknown. Source: go-choria 0.29.4.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace antiphon {

enum class ChoriaKeyUse : uint8_t {
  kSet,          // the broker reads it
  kUnsupported,  // unsupported_options.h has the reason
  kNoEffect,     // for another program, or nothing to set here
  kFree,         // an agent's
  kUnknown,
};

ChoriaKeyUse use_of_choria_key(std::string_view key);

// The row of the option table for all `plugin.security.issuer.NAME.public`.
inline constexpr std::string_view kChoriaIssuerKeys = "plugin.security.issuer.*.public";

// The NAME of such a key, or nothing.
std::string_view choria_issuer_of_key(std::string_view key);

// Of any use but kFree and kUnknown, or in one of Choria's own namespaces.
bool is_choria_key(std::string_view key);

// The known key nearest to an unknown one, or the same with the nearest namespace; or nothing.
std::string nearest_choria_key(std::string_view key);

// The keys of use kNoEffect, sorted.
std::span<const std::string_view> choria_keys_without_effect();

}  // namespace antiphon
