// What the system account may have the server do, beside asking it.
//
// WHY an interface: services are functions of facts and of these few deeds; a test gives its own.
// ERRORS: each returns what went wrong, in words for whoever asked; empty: it is done.
// THREADS: called on the thread of the services, which may wait; never by a shard or the control thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace antiphon {

class ServerControl {
 public:
  virtual ~ServerControl() = default;
  // What SIGHUP does; returns when it is done.
  virtual std::string reload_configuration() = 0;
  // Closes a client.
  virtual std::string kick(uint64_t client_id) = 0;
  // Tells one client that it had better go elsewhere.
  virtual std::string tell_lame_duck(uint64_t client_id) = 0;
  // Keeps the JWT of an account, and has it taken over.
  virtual std::string keep_account(const std::string& nkey, const std::string& jwt) = 0;
  // Does away with those of these accounts; a text for each that it could not.
  virtual std::vector<std::string> remove_accounts(const std::vector<std::string>& nkeys) = 0;
};

}  // namespace antiphon
