#include "broker/session/session_log.h"

#include <absl/strings/str_cat.h>

#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/authorization_request.h"
#include "protocol/nats/connect_options.h"

namespace antiphon {
namespace {

bool tracing(const Shard& shard) {
  return shard.services.log != nullptr && shard.services.log->trace_enabled();
}

std::string prefix_of(const Session& session) {
  std::string prefix = absl::StrCat(session.peer.text(), " - cid:", session.client_id.value);
  if (session.details != nullptr && session.connect_received) {
    const ClientDetails& details = *session.details;
    std::string label;
    if (!details.version.empty()) absl::StrAppend(&label, "v", details.version);
    for (const std::string* part : {&details.lang, &details.name}) {
      if (part->empty()) continue;
      if (!label.empty()) label += ':';
      label += *part;
    }
    if (!label.empty()) {
      prefix += " - ";
      append_go_quoted(prefix, label);
    }
  }
  prefix += " - ";
  return prefix;
}

void write(Shard& shard, const Session& session, Severity level, std::string_view text) {
  if (shard.services.log == nullptr) return;
  shard.services.log->write(level, absl::StrCat(prefix_of(session), to_absl(text)));
}

std::string_view verb_text(Verb verb) {
  switch (verb) {
    case Verb::kPub: return "PUB";
    case Verb::kHpub: return "HPUB";
    case Verb::kMpub: return "MPUB";
    case Verb::kSub: return "SUB";
    case Verb::kUnsub: return "UNSUB";
    case Verb::kPing: return "PING";
    case Verb::kPong: return "PONG";
    case Verb::kConnect: return "CONNECT";
    case Verb::kInfo: return "INFO";
    case Verb::kOk: return "+OK";
    case Verb::kErr: return "-ERR";
  }
  return "";
}

std::string arguments_of(const ClientFrame& frame) {
  std::string text;
  const auto add = [&text](std::string_view argument) {
    if (argument.empty()) return;
    if (!text.empty()) text += ' ';
    text.append(argument);
  };
  switch (frame.verb) {
    case Verb::kPub:
    case Verb::kHpub:
      add(frame.subject);
      add(frame.reply);
      if (frame.verb == Verb::kHpub) add(std::to_string(frame.header_bytes));
      add(std::to_string(frame.payload.size()));
      break;
    case Verb::kMpub:  // its targets follow as if each had been published alone
      add(std::to_string(frame.targets));
      add(std::to_string(frame.payload.size()));
      break;
    case Verb::kSub:
      add(frame.subject);
      add(frame.queue);
      add(frame.sid);
      break;
    case Verb::kUnsub:
      add(frame.sid);
      if (frame.max_messages >= 0) add(std::to_string(frame.max_messages));
      break;
    case Verb::kConnect: add(without_secrets(frame.argument)); break;
    default: add(frame.argument); break;
  }
  return text;
}

// What goes to and from auth callout services: what clients wrote in CONNECT, and users' JWTs.
bool is_secret(std::string_view subject) {
  return subject == kCalloutSubject || subject.starts_with("$SYS._INBOX.");
}

std::string shown_payload(const Shard& shard, std::string_view subject, std::string_view payload,
                          uint32_t header_bytes) {
  if (is_secret(subject)) return "[REDACTED]";
  if (shard.settings->traced_headers_only) payload = payload.substr(0, header_bytes);
  const size_t max = shard.settings->traced_payload_bytes_max;
  if (max == 0 || payload.size() <= max) {
    std::string text;
    append_go_quoted(text, payload);
    return text;
  }
  std::string text;
  append_go_quoted(text, payload.substr(0, max));
  text.insert(text.size() - 1, "...");
  return text;
}

}  // namespace

std::string without_secrets(std::string_view connect_json) {
  ConnectOptions options;
  if (!parse_connect_options(connect_json, options)) return "[not valid JSON]";
  // Made anew from the fields that are no secrets: what is not known to be harmless is not shown.
  std::string text = "{";
  const auto add_text = [&text](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    absl::StrAppend(&text, "\"", to_absl(name), "\":");
    append_json_string(text, value);
    text += ',';
  };
  const auto add_flag = [&text](std::string_view name, bool value) {
    absl::StrAppend(&text, "\"", to_absl(name), "\":", value ? "true," : "false,");
  };
  const auto add_secret = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) add_text(name, "[REDACTED]");
  };
  add_flag("verbose", options.verbose);
  add_flag("pedantic", options.pedantic);
  add_flag("echo", options.echo);
  add_flag("headers", options.headers);
  add_flag("no_responders", options.no_responders);
  absl::StrAppend(&text, "\"protocol\":", options.protocol, ",");
  add_text("name", options.name);
  add_text("lang", options.lang);
  add_text("version", options.version);
  add_text("user", options.user);
  add_secret("pass", options.pass);
  add_secret("auth_token", options.auth_token);
  add_secret("jwt", options.jwt);
  add_secret("nkey", options.nkey);
  add_secret("sig", options.sig);
  text.back() = '}';
  return text;
}

void log_debug(Shard& shard, const Session& session, std::string_view text) {
  if (shard.services.log != nullptr && shard.services.log->debug_enabled()) {
    write(shard, session, Severity::kDebug, text);
  }
}

void log_notice(Shard& shard, const Session& session, std::string_view text) {
  write(shard, session, Severity::kInfo, text);
}

void log_error(Shard& shard, const Session& session, std::string_view text) {
  write(shard, session, Severity::kError, text);
}

void trace_frame(Shard& shard, const Session& session, const ClientFrame& frame) {
  if (!tracing(shard)) return;
  shard.hot_route.reader = nullptr;  // every delivery is to be seen
  const std::string arguments = arguments_of(frame);
  write(shard, session, Severity::kTrace,
        absl::StrCat("<<- [", to_absl(verb_text(frame.verb)), arguments.empty() ? "" : " ",
                     arguments, "]"));
  if (frame.verb == Verb::kPub || frame.verb == Verb::kHpub) {
    write(shard, session, Severity::kTrace,
          absl::StrCat("<<- MSG_PAYLOAD: [", shown_payload(shard, frame.subject, frame.payload, frame.header_bytes), "]"));
  }
}

void trace_out(Shard& shard, const Session& session, std::string_view verb, std::string_view text) {
  if (!tracing(shard)) return;
  write(shard, session, Severity::kTrace,
        absl::StrCat("->> [", to_absl(verb), text.empty() ? "" : " ", to_absl(text), "]"));
}

void trace_delivery(Shard& shard, const Session& session, const Message& message,
                    std::string_view sid) {
  if (!tracing(shard)) return;
  write(shard, session, Severity::kTrace,
        absl::StrCat("->> [MSG ", to_absl(message.subject), " ", to_absl(sid), " ",
                     message.payload.size(), "]"));
  write(shard, session, Severity::kTrace,
        absl::StrCat("->> MSG_PAYLOAD: [", shown_payload(shard, message.subject, message.payload, message.header_bytes), "]"));
}

void trace_removal(Shard& shard, const Session& session, std::string_view sid) {
  if (!tracing(shard)) return;
  write(shard, session, Severity::kTrace, absl::StrCat("<-> [DELSUB ", to_absl(sid), "]"));
}

}  // namespace antiphon
