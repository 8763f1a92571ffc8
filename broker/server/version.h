// What this program is and which server's behaviour it follows.
#pragma once

namespace antiphon {

inline constexpr char kProductVersion[] = "0.1.0";
// Claimed in INFO, /varz and -v: clients and test suites choose behaviour by it. It is the release
// that the conformance suite compares with (docs/compatibility.md).
inline constexpr char kNatsVersion[] = "2.15.2";

}  // namespace antiphon
