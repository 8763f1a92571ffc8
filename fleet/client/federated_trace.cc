#include "fleet/client/federated_trace.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "broker/runtime/clock.h"
#include "fleet/client/discovery_request.h"
#include "fleet/client/federation_error.h"
#include "fleet/wire/client_loop.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/subjects.h"

namespace antiphon::fleet {
namespace {

constexpr LinkId kLink{0};
constexpr int64_t kWaitMaxMs = 1000;
constexpr size_t kFederationsMax = 1000;

class Tracer final : private ClientEvents {
 public:
  explicit Tracer(const TraceSettings& settings)
      : settings_(settings), loop_(settings.client, *this, 1) {}

  absl::StatusOr<TraceResult> run() {
    dial_next();
    while (!done()) loop_.turn(wait_time());
    if (!problem_.ok()) return problem_;
    if (!has_asked()) return absl::UnavailableError(result_.failure);
    return std::move(result_);
  }

 private:
  bool has_asked() const { return asked_at_.ns != 0; }

  bool done() const {
    if (!result_.failure.empty() || !problem_.ok()) return true;
    if (!has_asked()) return false;
    return open_ == 0 || loop_.now().ms() >= deadline_ms_;
  }

  int64_t wait_time() const {
    if (!has_asked()) return kWaitMaxMs;
    return std::clamp<int64_t>(deadline_ms_ - loop_.now().ms(), 0, kWaitMaxMs);
  }

  void dial_next() {
    const size_t server = next_server_++;
    if (server < settings_.client.servers.size()) return loop_.dial(kLink, server, std::nullopt);
    result_.failure = std::move(refusals_);
  }

  // Who has a token shows it, and signs the broker's nonce.
  void write_connect(LinkId, bool over_tls, std::string_view nonce, std::string& out) override {
    Credentials shown = sign_nonce(settings_.credentials, nonce);
    if (settings_.caller.has_token()) {
      shown.token = settings_.caller.token;
      shown.signature.clear();
      append_base64url(shown.signature, settings_.caller.seed->sign(nonce));
    }
    append_connect_line(settings_.caller.caller_id, shown, over_tls, out);
  }

  // Two subscriptions for each federation: its answers, and the broker's if nobody listens.
  void on_open(LinkId link) override {
    result_.server = loop_.server(link).url;
    const std::string& self = settings_.caller.sender;
    for (const std::string& federation : settings_.federations) {
      absl::StatusOr<DiscoveryRequest> request = make_discovery_request(
          settings_.caller, {settings_.collective, settings_.node, {}, true,
                             {{result_.server, self, result_.server}}});
      if (!request.ok()) {
        problem_ = request.status();
        return;
      }
      const size_t sid = 2 * result_.traces.size() + 1;
      loop_.send(link, absl::StrCat("SUB ", request->reply_to, " ", sid, "\r\n", "SUB ",
                                    request->reply_to, ".nobody ", sid + 1, "\r\n"));
      result_.traces.push_back({federation, request->request_id, request->target, false, "", -1, "", {}});
      requests_.push_back(*std::move(request));
    }
    loop_.fence(link);
  }

  void on_fence(LinkId link) override {
    asked_at_ = steady_now();
    deadline_ms_ = asked_at_.ms() + settings_.timeout_ms;
    open_ = requests_.size();
    for (size_t i = 0; i < requests_.size(); ++i) {
      const std::string subject = absl::StrCat(federation_subject(settings_.federations[i]), " ",
                                               requests_[i].reply_to, ".nobody");
      loop_.publish(link, subject, requests_[i].payload);
    }
  }

  void on_message(LinkId, const ServerFrame& frame) override {
    size_t sid = 0;
    if (!absl::SimpleAtoi(to_absl(frame.sid), &sid) || sid == 0 ||
        sid > 2 * result_.traces.size()) {
      return;
    }
    FederatedTrace& trace = result_.traces[(sid - 1) / 2];
    if (trace.delay_ns >= 0 || trace.nobody_listens || !trace.refusal.empty()) return;
    if (frame.headers().starts_with("NATS/1.0 503")) {
      trace.nobody_listens = true;
    } else {
      choria::Transport transport;
      if (choria::parse_transport(frame.body(), transport, settings_.caller.version())) return;
      std::optional<std::string> refusal = federation_error(transport);
      if (refusal) {
        trace.refusal = *std::move(refusal);
      } else {
        trace.delay_ns = steady_now().ns - asked_at_.ns;
      }
      trace.sender = std::move(transport.sender);
      trace.hops = std::move(transport.seen_by);
    }
    --open_;
  }

  void on_complaint(LinkId, std::string_view text) override { result_.failure = text; }

  void on_closed(LinkId, const LinkFailure& failure) override {
    if (has_asked()) {
      result_.failure = failure.text();
      return;
    }
    if (!refusals_.empty()) refusals_ += "; ";
    refusals_ += loop_.server(kLink).url + ": " + failure.text();
    result_.traces.clear();
    requests_.clear();
    dial_next();
  }

  const TraceSettings& settings_;
  ClientLoop loop_;
  std::vector<DiscoveryRequest> requests_;
  size_t next_server_ = 0;
  size_t open_ = 0;  // federations that have not answered
  SteadyTime asked_at_;
  int64_t deadline_ms_ = 0;
  absl::Status problem_;
  std::string refusals_;
  TraceResult result_;
};

}  // namespace

absl::StatusOr<TraceResult> trace_node(const TraceSettings& settings) {
  if (settings.federations.empty() || settings.federations.size() > kFederationsMax) {
    return absl::InvalidArgumentError("name the federations to go through");
  }
  if (choria::node_subject(settings.collective, settings.node).empty()) {
    return absl::InvalidArgumentError("\"" + settings.node + "\" of \"" + settings.collective +
                                      "\" is no node");
  }
  for (const std::string& federation : settings.federations) {
    if (federation_subject(federation).empty()) {
      return absl::InvalidArgumentError("\"" + federation + "\" is no federation");
    }
  }
  return Tracer(settings).run();
}

}  // namespace antiphon::fleet
