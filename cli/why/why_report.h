// What `antiphon why` found out, as text or JSON. Control characters of a token do not reach the
// terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/auth/choria_decision.h"

namespace antiphon::why {

struct SubjectAnswer {
  std::string subject;
  bool may_publish = false;
  bool may_subscribe = false;
};

struct Explanation {
  ChoriaDecision decision;
  std::string assumed;  // what was taken for given, or empty
  std::string certificate_problem;  // why a certificate that was shown does not count, or empty
  bool handshake_fails = false;     // because of that certificate, whatever else is shown
  std::optional<SubjectAnswer> subject;
};

std::string as_text(const Explanation& explanation, int64_t now_unix_s);
std::string as_json(const Explanation& explanation);

}  // namespace antiphon::why
