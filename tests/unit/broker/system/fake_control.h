// What a server was told to do, written down.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "broker/system/server_control.h"

namespace antiphon {

class FakeControl final : public ServerControl {
 public:
  std::string problem_;  // what everything answers
  int reloads_ = 0;
  std::vector<uint64_t> kicked_;
  std::vector<uint64_t> warned_;
  std::map<std::string, std::string> kept_;
  std::vector<std::string> removed_;

  std::string reload_configuration() override {
    ++reloads_;
    return problem_;
  }
  std::string kick(uint64_t client_id) override {
    kicked_.push_back(client_id);
    return problem_;
  }
  std::string tell_lame_duck(uint64_t client_id) override {
    warned_.push_back(client_id);
    return problem_;
  }
  std::string keep_account(const std::string& nkey, const std::string& jwt) override {
    if (problem_.empty()) kept_[nkey] = jwt;
    return problem_;
  }
  std::vector<std::string> remove_accounts(const std::vector<std::string>& nkeys) override {
    if (!problem_.empty()) return std::vector<std::string>(nkeys.size(), problem_);
    removed_.insert(removed_.end(), nkeys.begin(), nkeys.end());
    return {};
  }
};

}  // namespace antiphon
