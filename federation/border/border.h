// Carries requests over a border between two authorities: verifies who asks by the near side's rules,
// judges by a written policy, and signs for the far side.
//
// WHY: nodes believe one authority. Where collectives have different ones, somebody whom both trust has
// to vouch, and must be able to say for whom and why (docs/decisions/0008).
// MODEL: one call a request, before it is published, and one that records what became of it. A request
// that does not verify is never signed. What is signed is the request that was verified: byte for byte
// where its caller keeps his name, else written anew with the other name and nothing else changed.
// INVARIANTS: replies are not touched. Nothing here knows of connections or clocks.
// THREADS: one; the record is handed over there too. LIMITS: those of protocol/choria.
#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <optional>
#include <string>

#include "federation/border/border_audit.h"
#include "federation/border/border_policy.h"
#include "federation/border/border_signer.h"
#include "federation/envelope/refusal.h"
#include "federation/envelope/transport_view.h"
#include "protocol/choria/token_trust.h"
#include "protocol/choria/trust.h"

namespace antiphon::federation {

struct BorderSettings {
  std::string cluster;
  BorderPolicy policy;
  std::optional<choria::CallerTrust> near_v1;  // nothing: version 1 is not carried over
  choria::TokenTrust near_v2;                  // nobody: version 2 is not
  BorderFiles files;
};

class Border {
 public:
  using Keep = absl::AnyInvocable<void(std::string line)>;

  Border(BorderSettings settings, Keep keep)
      : settings_(std::move(settings)), signer_(settings_.files), keep_(std::move(keep)) {}

  // Replaces transport.data, which is then good until the next call, or says why not. record() must
  // follow.
  Refusal carry_over(TransportView& transport, int64_t now_unix_ns);
  // What became of that request: the border's own refusal, or a later one, or it was passed on.
  void record(Refusal outcome);
  uint64_t carried() const { return carried_; }

  // Whether it could sign now.
  absl::Status check(int64_t now_unix_s) { return signer_.prepare(now_unix_s); }

 private:
  // A request as far as it is understood; the texts are its own.
  struct Asked {
    std::string json;  // as it was signed
    std::string caller, collective, agent, id;
    bool fresh = false;
  };

  Refusal carry(TransportView& transport, int64_t now_unix_ns);
  Refusal open(const TransportView& transport, int64_t now_unix_ns);
  Refusal open_v1(const std::string& data, int64_t now_unix_ns);
  Refusal open_v2(const std::string& data, int64_t now_unix_ns);
  Refusal sign(TransportView& transport);
  Refusal refuse(Refusal refusal, std::string reason);

  const BorderSettings settings_;
  BorderSigner signer_;
  Keep keep_;
  Asked asked_;
  BorderDecision decision_;
  std::string reason_;
  BorderRecord record_;  // of the last request; views of what is here
  std::string data_;  // what transport.data is replaced by
  uint64_t carried_ = 0;
};

}  // namespace antiphon::federation
