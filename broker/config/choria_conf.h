// Reads Choria's configuration format: one `key = value` on a line.
//
// MODEL: blanks around a line, its key and its value are dropped; lines that begin with # are
// comments; the key ends at the first `=` that is not the line's first character, the value is all
// that follows. No quotes, escapes, sections or comments behind a value. Source: go-choria
// 0.29.4 (config/util.go).
// DIFFERENCES from the reference, which skips in silence: a line that is no `key = value` is an
// error, a key without value a warning.
// LIMITS: kChoriaLineBytesMax, kDiagnosticsMax, kConfigFileBytesMax.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "broker/config/diagnostics.h"

namespace antiphon {

inline constexpr size_t kChoriaLineBytesMax = 64
                                              << 10;  // the reference stops reading at longer ones

struct ChoriaSetting {
  std::string key;  // with the prefix of its file
  std::string value;
  Place key_place;
  Place value_place;
};

// All settings in order; `prefix` (`plugin.package.` for plugin.d/package.cfg) is put before each
// key.
std::vector<ChoriaSetting> parse_choria_conf(const std::shared_ptr<const SourceFile>& file,
                                             std::string_view text, std::string_view prefix,
                                             Diagnostics& diagnostics);

// Whether a configuration is in this format and not in NATS's grammar: its first line whose
// key only one of the two has decides. Without such a line it is NATS's.
bool looks_like_choria_conf(std::string_view text);

}  // namespace antiphon
