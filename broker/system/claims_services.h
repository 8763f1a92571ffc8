// JWTs of accounts over the network: operators push them, tools list and look them up.
//
// MODEL: an update that passes is written to the resolver's folder and taken over at once, without a reload
// of anything else. WHY checked here too: a file that no login could use must not replace a good one.
// SECURITY: the JWT speaks for itself (a trusted operator has signed it), whoever brings it. One that was
// issued before the one that is known is refused: it would undo a revocation. nats-server takes it. Accounts
// are deleted by who has an operator's key, and only where the configuration allows it.
// THREADS: one at a time. LIFETIME: view and control outlive it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/monitor/server_view.h"
#include "broker/system/server_control.h"
#include "protocol/nats/claims.h"

namespace antiphon {

class ClaimsServices {
 public:
  ClaimsServices(ServerView& view, ServerControl& control) : view_(view), control_(control) {}

  // Whether the configuration has a folder to keep JWTs in.
  bool is_on() const;

  // The answer's member, `"data":{...}` or `"error":{...}`. `account` empty: the one that the JWT names.
  std::string update(const std::string& account, std::string_view jwt);
  std::string list() const;
  // Of the accounts that an operator's own JWT names; all of them are tried.
  std::string remove(std::string_view jwt);
  // What another server, or a tool, needs to have the same: "nkey|jwt" each, and an empty end. That alone
  // when `their_hash` is the hash of what is here.
  std::vector<std::string> pack(std::string_view their_hash) const;
  // The JWT itself; empty when there is none.
  std::string lookup(const std::string& account) const;

 private:
  std::string problem_of(const std::string& account, std::string_view jwt, std::string& nkey) const;
  std::string problem_of_deletion(std::string_view jwt, DeletionClaims& claims) const;

  ServerView& view_;
  ServerControl& control_;
};

}  // namespace antiphon
