#include "broker/monitor/healthz.h"

#include "broker/monitor/json_writer.h"

namespace antiphon {
namespace {

struct Failure {
  unsigned status;
  std::string kind;  // as the detailed form names it
  std::string text;
};

std::string failure_json(const Failure& failure, bool detailed) {
  std::string out;
  JsonWriter json(out, JsonWriter::Layout::kCompact);
  json.begin_object();
  json.field("status", "error");
  if (detailed) {
    json.begin_array("errors");
    json.begin_object();
    json.field("type", failure.kind);
    json.field("error", failure.text);
    json.end_object();
    json.end_array();
  } else {
    json.field("error", failure.text);
  }
  json.end_object();
  return out;
}

}  // namespace

Page healthz_page(const Query& query, const std::string& problem) {
  ArgumentReader arguments(query);
  for (const char* flag : {"js-enabled", "js-enabled-only", "js-server-only", "js-meta-only"}) {
    arguments.boolean(flag);
  }
  const bool detailed = arguments.boolean("details");
  if (!arguments.error().empty()) return bad_request(arguments.error());

  const bool has_account = !arguments.text("account").empty();
  const bool has_stream = !arguments.text("stream").empty();
  const bool has_consumer = !arguments.text("consumer").empty();
  Failure failure{200, "", ""};
  if (has_stream && !has_account) {
    failure = {400, "BAD_REQUEST", "\"account\" must not be empty when checking stream health"};
  } else if (has_consumer && !has_stream) {
    failure = {400, "BAD_REQUEST", "\"stream\" must not be empty when checking consumer health"};
  } else if (!problem.empty()) {
    failure = {500, "CONNECTION", problem};
  }
  if (failure.status == 200) return json_page(R"({"status":"ok"})");
  return json_page(failure_json(failure, detailed), failure.status);
}

std::string problem_of(ServerView& view) {
  std::string problem = view.health();
  if (problem.empty() && view.facts().lame_duck) {
    problem = "not ready for connections: lame duck mode";
  }
  return problem;
}

}  // namespace antiphon
