// JWTs of accounts over the network: operators push them, tools list and look them up.
//
// MODEL: an update that passes is written to the resolver's folder and taken over at once, without a reload
// of anything else. WHY checked here too: a file that no login could use must not replace a good one.
// SECURITY: the JWT speaks for itself (a trusted operator has signed it), whoever brings it. One that was
// issued before the one that is known is refused: it would undo a revocation. nats-server takes it.
// THREADS: one at a time. LIFETIME: the view outlives it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "broker/monitor/server_view.h"

namespace antiphon {

class ClaimsServices {
 public:
  // Keeps the JWT of `nkey`, and has it taken over; what went wrong, or empty.
  using Keep = std::function<std::string(const std::string& nkey, const std::string& jwt)>;

  ClaimsServices(ServerView& view, Keep keep) : view_(view), keep_(std::move(keep)) {}

  // Whether the configuration has a folder to keep JWTs in.
  bool is_on() const;

  // The answer's member, `"data":{...}` or `"error":{...}`. `account` empty: the one that the JWT names.
  std::string update(const std::string& account, std::string_view jwt);
  std::string list() const;
  // JWTs leave the folder by hand: there is no `allow_delete` yet.
  std::string refuse_to_delete() const;
  // The JWT itself; empty when there is none.
  std::string lookup(const std::string& account) const;

 private:
  std::string problem_of(const std::string& account, std::string_view jwt, std::string& nkey) const;

  ServerView& view_;
  const Keep keep_;
};

}  // namespace antiphon
