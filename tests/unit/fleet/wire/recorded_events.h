// Owns one loop in a test, notes what it is told, and logs links in as "tester".
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "fleet/wire/client_loop.h"
#include "fleet/wire/connect_line.h"
#include "fleet/wire/server_endpoint.h"
#include "tests/unit/fleet/scripted_server.h"

namespace antiphon::fleet {

class RecordedEvents final : public ClientEvents {
 public:
  void write_connect(LinkId, bool over_tls, std::string_view nonce, std::string& out) override {
    nonces.emplace_back(nonce);
    append_connect_line("tester", {}, over_tls, out);
  }
  void on_open(LinkId link) override { note("open", link); }
  void on_message(LinkId link, const ServerFrame& frame) override {
    note("message", link);
    seen.back().append(" ").append(frame.subject).append(" ").append(frame.body());
    if (during_message) during_message(link);
  }
  void on_fence(LinkId link) override { note("fence", link); }
  void on_complaint(LinkId link, std::string_view text) override {
    note("complaint", link);
    seen.back().append(" ").append(text);
  }
  void on_closed(LinkId link, const LinkFailure& failure) override {
    note("closed", link);
    seen.back().append(" ").append(failure.text());
    if (after_close) after_close(link);
  }

  const std::string& last() const { return seen.back(); }

  std::vector<std::string> nonces;  // that were to be signed
  std::vector<std::string> seen;  // "open 0", "message 0 subject body", "closed 0 dial: ..."
  std::function<void(LinkId)> during_message;
  std::function<void(LinkId)> after_close;

 private:
  void note(std::string_view what, LinkId link) {
    seen.push_back(std::string(what) + " " + std::to_string(link.value));
  }
};

inline ClientSettings settings_for(const std::string& url) {
  ClientSettings settings;
  auto servers = resolve_servers({url});
  EXPECT_TRUE(servers.ok()) << servers.status();
  settings.servers = *servers;
  settings.timeout_ms = 5000;
  return settings;
}

}  // namespace antiphon::fleet
