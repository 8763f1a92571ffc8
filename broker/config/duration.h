// Lengths of time as Go programs write them ("2m", "1h2m", "1.5s") and as Choria does ("90", "2d").
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace antiphon {

using Duration = std::chrono::nanoseconds;

// Go's time.ParseDuration: signed decimals with a unit each: ns us µs ms s m h. `0` needs none.
// Nothing when malformed or beyond 292 years.
std::optional<Duration> parse_go_duration(std::string_view text);

// Choria's durations: digits alone are seconds; one decimal with the unit d, w, M (30 days) or y
// (365 days), cut to whole hours; else Go's. Source: go-choria 0.29.4.
std::optional<Duration> parse_choria_duration(std::string_view text);

// Nothing when not finite, negative beyond or past the range.
std::optional<Duration> duration_of_seconds(double seconds);

// The shortest text that parse_go_duration reads back: 2m, 1h30m, 1.5s, 50ms.
std::string duration_text(Duration duration);

}  // namespace antiphon
