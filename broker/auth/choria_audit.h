// The record of one login that was decided, or that the broker ended: a line of JSON that says who
// came, from where, by what, which rule decided and what was granted; never a secret.
//
// FORMAT: docs/security.md. Names are cut at kAuditTextBytesMax; control characters and what is no
// UTF-8 leave the line as escapes only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/auth/choria_decision.h"
#include "broker/auth/login.h"

namespace antiphon {

inline constexpr size_t kAuditTextBytesMax = 256;

// Where records go; called from any thread.
class AuditSink {
 public:
  virtual ~AuditSink() = default;
  virtual void record(std::string line) = 0;
};

struct AuditedLogin {
  const ChoriaConnection& connection;
  const ChoriaDecision& decision;
  const ConnectionFacts& facts;
  std::string_view end_reason = {};  // why somebody who was let in goes; empty: nobody goes
};

// Without a line end.
std::string choria_audit_line(const AuditedLogin& login);

// `2026-11-25T21:02:03Z`
std::string utc_text(int64_t unix_s);

}  // namespace antiphon
