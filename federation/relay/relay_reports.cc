// What a Relay says of itself.
#include "federation/relay/relay.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;

template <typename Wanted>
std::vector<std::string> names(const NodeRoster& nodes, Wanted wanted) {
  std::vector<std::string> names;
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    if (wanted(node)) names.emplace_back(nodes.name(node));
  }
  return names;
}

}  // namespace

void Relay::ask(absl::AnyInvocable<void(const RelayReport&)> done) {
  loop_.post([this, done = std::move(done)]() mutable { done(report()); });
}

void Relay::ask_about_request(std::string id,
                              absl::AnyInvocable<void(const RequestReport&)> done) {
  loop_.post([this, id = std::move(id), done = std::move(done)]() mutable {
    done(request_report(id));
  });
}

void Relay::ask_about_target(std::string target,
                             absl::AnyInvocable<void(const TargetReport&)> done) {
  loop_.post([this, target = std::move(target), done = std::move(done)]() mutable {
    done(target_report(target));
  });
}

RelayReport Relay::report() const {
  RelayReport report{settings_.identity,  settings_.cluster, directions_, {},
                     replays_.forgotten(), settings_.queue_bytes_max,
                     ledger_.counts(loop_.now().ms()), events_.counts(), error_replies_, {}};
  for (const SideLink& one : links_) {
    SideCounts& counts = report.sides[static_cast<size_t>(one.side)];
    counts = one.counts;
    counts.queue_bytes = loop_.pending_bytes(id_of(one.side));
  }
  add_last_requests(report.requests);
  if (border_ != nullptr) report.carried_over = border_->carried();
  report.rates = rates_.per_second(passed_on(), loop_.now().ms());
  report.limits = {settings_.requests_per_s, settings_.targets_per_s, settings_.events_per_s};
  report.asked = asked_counts();
  return report;
}

PassedOn Relay::passed_on() const {
  const DirectionCounts& requests = directions_[static_cast<size_t>(Direction::kRequest)];
  const DirectionCounts& replies = directions_[static_cast<size_t>(Direction::kReply)];
  return {requests.forwarded, requests.published, replies.forwarded, events_.counts().forwarded};
}

void Relay::add_last_requests(std::vector<RequestLine>& lines) const {
  const int64_t now_ms = loop_.now().ms();
  ledger_.requests().each_newest_first(kRequestLinesMax, [&](const RequestRecord& record) {
    lines.push_back({record.id, now_ms - record.begun_ns / kNsPerMs, record.targets, record.published,
                     record.elsewhere, record.refused, record.replies});
  });
}

RequestReport Relay::request_report(std::string_view id) const {
  RequestReport report;
  report.identity = settings_.identity;
  report.cluster = settings_.cluster;
  report.federation_connected = is_open(Side::kFederation);
  report.collective_connected = is_open(Side::kCollective);
  report.ready = report.federation_connected && report.collective_connected;
  report.collective_server = loop_.server(id_of(Side::kCollective)).url;
  const NodeRoster& nodes = ledger_.nodes();
  const int64_t now_ms = loop_.now().ms();
  report.here = names(nodes, [&](uint32_t node) { return nodes.is_here(node, now_ms); });
  const RequestRecord* record = ledger_.find_request(id);
  if (record == nullptr) return report;
  report.seen = true;
  report.record = *record;
  report.ms_ago = now_ms - record->begun_ns / kNsPerMs;
  report.asked = names(nodes, [&](uint32_t node) { return record->asked.has(node); });
  report.answered = names(nodes, [&](uint32_t node) { return record->answered.has(node); });
  return report;
}

TargetReport Relay::target_report(std::string_view target) const {
  const int64_t now_ms = loop_.now().ms();
  return {settings_.identity, settings_.cluster,
          is_open(Side::kFederation) && is_open(Side::kCollective), settings_.ledger.placement,
          ledger_.facts(target, now_ms)};
}

}  // namespace antiphon::federation
