#include "fleet/client/fleet_ping.h"

#include <algorithm>

#include "fleet/client/discovery_request.h"
#include "fleet/wire/client_loop.h"
#include "protocol/choria/transport.h"

namespace antiphon::fleet {
namespace {

constexpr LinkId kLink{0};
constexpr int64_t kWaitMaxMs = 1000;

struct OutgoingPing {
  std::vector<std::string> subjects;  // each federation's, or the nodes' own
  std::string request_id;
  std::string reply_to;
  std::string payload;
};

absl::StatusOr<OutgoingPing> make_ping(const PingSettings& settings) {
  const bool federated = !settings.federations.empty();
  absl::StatusOr<DiscoveryRequest> request = make_discovery_request(
      settings.caller, {settings.collective, "", settings.filter, federated, {}});
  if (!request.ok()) return request.status();
  OutgoingPing ping{{}, request->request_id, request->reply_to, std::move(request->payload)};
  for (const std::string& federation : settings.federations) {
    ping.subjects.push_back(federation_subject(federation));
    if (ping.subjects.back().empty()) {
      return absl::InvalidArgumentError("\"" + federation + "\" is no federation");
    }
  }
  if (!federated) ping.subjects.push_back(request->target);
  return ping;
}

class Pinger final : private ClientEvents {
 public:
  Pinger(const PingSettings& settings, OutgoingPing ping, const OnPingReply& on_reply)
      : settings_(settings),
        ping_(std::move(ping)),
        on_reply_(on_reply),
        loop_(settings.client, *this, 1) {
    result_.request_id = ping_.request_id;
  }

  absl::StatusOr<PingResult> run() {
    dial_next();
    while (!done()) {
      loop_.turn(wait_time());
      hand_out_replies();
    }
    if (!has_asked()) return absl::UnavailableError(result_.failure);
    return std::move(result_);
  }

 private:
  bool has_asked() const { return result_.published_at.ns != 0; }

  bool done() const {
    if (!result_.failure.empty()) return true;
    if (!has_asked()) return false;
    const size_t most = settings_.expect > 0 ? settings_.expect : kRepliesMax;
    return result_.replies.size() >= most || loop_.now().ms() >= deadline_ms_;
  }

  int64_t wait_time() const {
    if (!has_asked()) return kWaitMaxMs;
    return std::clamp<int64_t>(deadline_ms_ - loop_.now().ms(), 0, kWaitMaxMs);
  }

  void hand_out_replies() {
    for (; handed_out_ < result_.replies.size(); ++handed_out_) {
      on_reply_(result_.replies[handed_out_]);
    }
  }

  void dial_next() {
    const size_t server = next_server_++;
    if (server < settings_.client.servers.size()) return loop_.dial(kLink, server, std::nullopt);
    result_.failure = std::move(refusals_);
  }

  void write_connect(LinkId, bool over_tls, std::string_view nonce, std::string& out) override {
    append_connect_line(settings_.caller.caller_id, sign_nonce(settings_.credentials, nonce),
                        over_tls, out);
  }

  void on_open(LinkId link) override {
    loop_.send(link, "SUB " + ping_.reply_to + " 1\r\n");
    loop_.fence(link);
  }

  void on_fence(LinkId link) override {
    result_.published_at = steady_now();
    deadline_ms_ = result_.published_at.ms() + settings_.timeout_ms;
    for (const std::string& subject : ping_.subjects) loop_.publish(link, subject, ping_.payload);
  }

  void on_message(LinkId, const ServerFrame& frame) override {
    const int64_t delay_ns = steady_now().ns - result_.published_at.ns;
    if (choria::parse_transport(frame.body(), transport_) || transport_.sender.empty()) {
      ++result_.malformed;
    } else if (result_.replies.size() < kRepliesMax) {
      result_.replies.push_back({transport_.sender, delay_ns});
    }
  }

  // A permission that is missing would otherwise look like a fleet that does not answer.
  void on_complaint(LinkId, std::string_view text) override { result_.failure = text; }

  void on_closed(LinkId, const LinkFailure& failure) override {
    if (has_asked()) {
      result_.failure = failure.text();
      return;
    }
    if (!refusals_.empty()) refusals_ += "; ";
    refusals_ += loop_.server(kLink).url + ": " + failure.text();
    dial_next();
  }

  const PingSettings& settings_;
  const OutgoingPing ping_;
  const OnPingReply& on_reply_;
  ClientLoop loop_;
  choria::Transport transport_;  // of the reply being read; keeps its memory
  size_t next_server_ = 0;
  size_t handed_out_ = 0;
  int64_t deadline_ms_ = 0;
  std::string refusals_;  // of the servers tried
  PingResult result_;
};

}  // namespace

absl::StatusOr<PingResult> ping_fleet(const PingSettings& settings, const OnPingReply& on_reply) {
  absl::StatusOr<OutgoingPing> ping = make_ping(settings);
  if (!ping.ok()) return ping.status();
  return Pinger(settings, *std::move(ping), on_reply).run();
}

}  // namespace antiphon::fleet
