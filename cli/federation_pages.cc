#include "cli/federation_pages.h"

#include "broker/monitor/exposition.h"
#include "cli/federation_json.h"

namespace antiphon {
namespace {

using federation::Direction;
using federation::DirectionCounts;
using federation::RelayReport;
using federation::Side;
using federation::SideCounts;
using Labels = std::initializer_list<Exposition::Label>;

constexpr Direction kBothDirections[] = {Direction::kRequest, Direction::kReply};
constexpr Side kBothSides[] = {Side::kFederation, Side::kCollective};
constexpr std::string_view kTransformers[] = {"choria_request_transformer",
                                              "choria_reply_transformer"};
constexpr double kNsPerSecond = 1e9;

const DirectionCounts& counts_of(const RelayReport& report, Direction direction) {
  return report.directions[static_cast<size_t>(direction)];
}

// Which of the reference's stages would have refused a message for that.
enum class Stage : uint8_t { kIngest, kTransformer, kEgest, kNone };

Stage stage_of(federation::Refusal refusal) {
  using federation::Refusal;
  switch (refusal) {
    case Refusal::kNone:
    case Refusal::kElsewhere:  // not an error: its targets are other federations'
      return Stage::kNone;
    case Refusal::kOversize:
    case Refusal::kMalformed:
    case Refusal::kAmbiguous:
    case Refusal::kWrongProtocol:
    case Refusal::kBadData:
    case Refusal::kTextTooLong:
    case Refusal::kTooManyHops:
    case Refusal::kTooManyTargets:
    case Refusal::kNotFederated:
      return Stage::kIngest;
    case Refusal::kLinkDown:
    case Refusal::kQueueFull:
      return Stage::kEgest;
    default:
      return Stage::kTransformer;
  }
}

uint64_t refused(const DirectionCounts& counts, Stage stage) {
  uint64_t all = 0;
  for (size_t i = 1; i < federation::kRefusals; ++i) {
    if (stage_of(static_cast<federation::Refusal>(i)) == stage) all += counts.refused[i];
  }
  return all;
}

// What the reference's three stages would have counted; each of them is worker 0. What could not be
// read has not been received, there.
class ReferenceMetrics {
 public:
  ReferenceMetrics(const RelayReport& report, Exposition& out) : report_(report), out_(out) {}

  void write() {
    out_.counter("choria_federation_received_msgs",
                 "Number of messages received by a Federation Broker worker");
    for (const Direction direction : kBothDirections) {
      const DirectionCounts& counts = counts_of(report_, direction);
      sample(counts.received - refused(counts, Stage::kIngest), "nats_ingest",
             side_name(source(direction)));
      sample(counts.transformed, transformer(direction), "unconnected");
      sample(counts.forwarded, "nats_egest", side_name(other(source(direction))));
    }
    out_.counter("choria_federation_published_msgs",
                 "Number of messages published by a Federation Broker worker");
    for (const Direction direction : kBothDirections) {
      sample(counts_of(report_, direction).published, "nats_egest",
             side_name(other(source(direction))));
    }
    out_.counter("choria_federation_errors", "Messages that could not be handled");
    for (const Direction direction : kBothDirections) {
      const DirectionCounts& counts = counts_of(report_, direction);
      sample(refused(counts, Stage::kIngest), "nats_ingest", side_name(source(direction)));
      sample(refused(counts, Stage::kTransformer), transformer(direction), "unconnected");
      sample(refused(counts, Stage::kEgest), "nats_egest", side_name(other(source(direction))));
    }
    out_.summary("choria_federation_time", "Time taken to process messages");
    for (const Direction direction : kBothDirections) {
      const DirectionCounts& counts = counts_of(report_, direction);
      summed(counts.received, counts.ingest_ns, "nats_ingest", side_name(source(direction)));
      summed(counts.transformed, counts.transform_ns, transformer(direction), "unconnected");
      summed(counts.forwarded, counts.publish_ns, "nats_egest",
             side_name(other(source(direction))));
    }
  }

 private:
  static std::string_view transformer(Direction direction) {
    return kTransformers[static_cast<size_t>(direction)];
  }
  void sample(uint64_t value, std::string_view name, std::string_view connected_to) {
    out_.sample(value, {{"cluster", report_.cluster},
                        {"connected_to", connected_to},
                        {"identity", report_.identity},
                        {"name", name},
                        {"worker", "0"}});
  }
  void summed(uint64_t count, uint64_t ns, std::string_view name, std::string_view connected_to) {
    out_.summed(count, static_cast<double>(ns) / kNsPerSecond,
                {{"cluster", report_.cluster},
                 {"connected_to", connected_to},
                 {"identity", report_.identity},
                 {"name", name},
                 {"worker", "0"}});
  }

  const RelayReport& report_;
  Exposition& out_;
};

void write_refusals(const RelayReport& report, Exposition& out) {
  out.counter("antiphon_federation_refused_total", "Messages not passed on, by reason");
  for (const Direction direction : kBothDirections) {
    const DirectionCounts& counts = counts_of(report, direction);
    for (size_t i = 1; i < federation::kRefusals; ++i) {
      out.sample(counts.refused[i],
                 {{"cluster", report.cluster},
                  {"direction", direction_name(direction)},
                  {"reason", refusal_name(static_cast<federation::Refusal>(i))}});
    }
  }
}

struct SideMetric {
  std::string_view name;
  std::string_view help;
  bool is_counter;
  uint64_t (*value)(const SideCounts&);
};

constexpr SideMetric kSideMetrics[] = {
    {"antiphon_federation_connected", "1 while connected to a broker of this side", false,
     [](const SideCounts& s) { return uint64_t{s.connected}; }},
    {"antiphon_federation_connects_total", "Logins that succeeded", true,
     [](const SideCounts& s) { return s.connects; }},
    {"antiphon_federation_connection_failures_total",
     "Connections that ended or could not be made", true,
     [](const SideCounts& s) { return s.failures; }},
    {"antiphon_federation_lost_bytes_total",
     "Output that waited for this side when its connection ended", true,
     [](const SideCounts& s) { return s.lost_bytes; }},
    {"antiphon_federation_lookups_total", "Look-ups of the names of this side's brokers", true,
     [](const SideCounts& s) { return s.look_ups; }},
    {"antiphon_federation_lookup_failures_total", "Look-ups that found no broker", true,
     [](const SideCounts& s) { return s.look_up_failures; }},
    {"antiphon_federation_complaints_total", "Errors that the broker of this side reported", true,
     [](const SideCounts& s) { return s.complaints; }},
    {"antiphon_federation_queue_bytes", "Output that waits for this side", false,
     [](const SideCounts& s) { return s.queue_bytes; }},
    {"antiphon_federation_queue_bytes_high", "The most output that has ever waited", false,
     [](const SideCounts& s) { return s.queue_bytes_high; }},
    {"antiphon_federation_pauses_total", "How often waiting output stopped the other side's input",
     true, [](const SideCounts& s) { return s.pauses; }},
};

void write_sides(const RelayReport& report, Exposition& out) {
  for (const SideMetric& metric : kSideMetrics) {
    if (metric.is_counter) {
      out.counter(metric.name, metric.help);
    } else {
      out.gauge(metric.name, metric.help);
    }
    for (const Side side : kBothSides) {
      out.sample(metric.value(report.sides[static_cast<size_t>(side)]),
                 {{"cluster", report.cluster}, {"side", side_name(side)}});
    }
  }
}

void write_placement(const RelayReport& report, Exposition& out) {
  const federation::PlacementCounts& placement = report.placement;
  const auto one = [&](std::string_view name, std::string_view help, uint64_t value) {
    out.gauge(name, help);
    out.sample(value, {{"cluster", report.cluster}, {"mode", placement_name(placement.mode)}});
  };
  const auto counter = [&](std::string_view name, std::string_view help, uint64_t value) {
    out.counter(name, help);
    out.sample(value, {{"cluster", report.cluster}});
  };
  counter("antiphon_federation_elsewhere_targets_total",
          "Targets left out of a request because nobody here listens to them",
          counts_of(report, Direction::kRequest).elsewhere_targets);
  one("antiphon_federation_nodes_here", "Nodes that were heard from at this site within a day",
      placement.here);
  one("antiphon_federation_names", "Names of nodes kept, of answers and of requests",
      placement.names);
  one("antiphon_federation_absent_targets", "Subjects of nodes known to have no subscriber here",
      placement.absent);
  counter("antiphon_federation_absences_total", "How often the collective's broker said so",
          placement.told);
  counter("antiphon_federation_unnamed_total", "Nodes for whose name there was no room",
          placement.unnamed);
  out.counter("antiphon_federation_life_signs_total",
              "Signs of life that nodes gave by themselves, by kind");
  for (size_t i = 0; i < federation::kLifeSigns; ++i) {
    out.sample(placement.signs[i],
               {{"cluster", report.cluster},
                {"sign", life_sign_name(static_cast<federation::LifeSign>(i))}});
  }
  counter("antiphon_federation_nameless_signs_total", "Signs of life that named nobody",
          placement.nameless);
  counter("antiphon_federation_error_replies_total", "Refusals that their askers were told",
          report.error_replies);
}

void write_asked(const RelayReport& report, Exposition& out) {
  const federation::AskedCounts& asked = report.asked;
  const auto one = [&](std::string_view name, std::string_view help, uint64_t value) {
    out.gauge(name, help);
    out.sample(value, {{"cluster", report.cluster}});
  };
  const auto counter = [&](std::string_view name, std::string_view help, uint64_t value) {
    out.counter(name, help);
    out.sample(value, {{"cluster", report.cluster}});
  };
  one("antiphon_federation_hears_requests",
      "1 while the requests that others of the cluster take are heard, too",
      asked.hearing == federation::Hearing::kYes);
  one("antiphon_federation_others_known", "1 when others of the cluster were at work within a day",
      asked.others_known);
  counter("antiphon_federation_requests_heard_total",
          "Copies of requests, whoever of the cluster has taken them", asked.heard);
  counter("antiphon_federation_requests_forgotten_total",
          "Requests that made room for others while they could still be answered",
          asked.forgotten);
  counter("antiphon_federation_unknown_replies_passed_total",
          "Replies passed on although their requests could not be known here",
          asked.unknown_passed);
  counter("antiphon_federation_replies_waited_total",
          "Replies that came before their requests were known", asked.waited);
  one("antiphon_federation_replies_waiting", "Those that wait for their requests now",
      asked.waiting);
}

void write_events(const RelayReport& report, Exposition& out) {
  out.counter("antiphon_federation_events_total", "Events that went up to the federation");
  out.sample(report.events.forwarded, {{"cluster", report.cluster}});
  out.counter("antiphon_federation_events_refused_total", "Events that did not, by reason");
  // All there are, as for requests: what an event may be refused for is EventPassage's to know.
  for (size_t i = 1; i < federation::kRefusals; ++i) {
    out.sample(report.events.refused[i],
               {{"cluster", report.cluster},
                {"reason", refusal_name(static_cast<federation::Refusal>(i))}});
  }
}

}  // namespace

std::string federation_metrics(const RelayReport& report) {
  std::string text;
  Exposition out(text);
  ReferenceMetrics(report, out).write();
  write_refusals(report, out);
  out.counter("antiphon_federation_duplicate_targets_total",
              "Targets left out of a request because they have had it");
  for (const Direction direction : kBothDirections) {
    out.sample(counts_of(report, direction).duplicate_targets,
               {{"cluster", report.cluster}, {"direction", direction_name(direction)}});
  }
  out.counter("antiphon_federation_replay_forgotten_total",
              "Targets that the replay window had to forget before their time");
  out.sample(report.replay_forgotten, {{"cluster", report.cluster}});
  write_placement(report, out);
  write_asked(report, out);
  write_events(report, out);
  if (report.carried_over) {
    out.counter("antiphon_federation_carried_over_total",
                "Requests verified, allowed, signed for the other authority and passed on");
    out.sample(*report.carried_over, {{"cluster", report.cluster}});
  }
  write_sides(report, out);
  out.gauge("antiphon_federation_queue_bytes_max", "What may wait for one side");
  out.sample(report.queue_bytes_max, {{"cluster", report.cluster}});
  return text;
}

Page federation_page(std::string_view path, const RelayReport& report) {
  if (path == "/choria/prometheus" || path == "/choria/metrics" || path == "/metrics") {
    return {200, kExpositionContentType, false, federation_metrics(report)};
  }
  if (path == "/federationz" || path == "/") return json_page(federation_json(report));
  if (path == "/healthz") {
    if (report.ready()) return json_page("{\"status\":\"ok\"}");
    const bool federation_missing = !report.sides[0].connected;
    return json_page(std::string("{\"status\":\"unavailable\",\"error\":\"the ") +
                         (federation_missing ? "federation" : "collective") +
                         " side is not connected\"}",
                     503);
  }
  return text_page(404, "there are /metrics, /choria/prometheus, /healthz and /federationz\n");
}

}  // namespace antiphon
