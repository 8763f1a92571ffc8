#include "broker/session/publish.h"

#include <absl/strings/str_cat.h>

#include "broker/session/crossing.h"
#include "broker/session/flush.h"
#include "broker/session/hot_route.h"
#include "broker/session/route.h"
#include "broker/session/server_request.h"
#include "broker/session/session_log.h"
#include "broker/session/user_info.h"
#include "protocol/bytes/json_text.h"
#include "protocol/bytes/text.h"
#include "protocol/nats/error_text.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

// Prefixes the server keeps for itself (docs/protocol.md).
constexpr std::string_view kReservedSubjects[] = {"_GR_.", "$GR.", "$NRG."};
constexpr std::string_view kReservedReplies[] = {"_R_.", "_GR_.", "$GR."};
constexpr std::string_view kAckReply = "$JS.ACK.";

bool starts_with_any(std::string_view text, const std::string_view (&prefixes)[3]) {
  for (const std::string_view prefix : prefixes) {
    if (text.substr(0, prefix.size()) == prefix) return true;
  }
  return false;
}

// Most subjects begin with neither; one look at the first byte settles them.
bool may_be_reserved(std::string_view text) {
  return !text.empty() && (text[0] == '_' || text[0] == '$');
}

bool is_reserved_reply(std::string_view reply) {
  return starts_with_any(reply, kReservedReplies) || reply.substr(0, kAckReply.size()) == kAckReply;
}

bool is_reserved(std::string_view subject) {
  return may_be_reserved(subject) && starts_with_any(subject, kReservedSubjects);
}

bool is_permitted(Shard& shard, Session& session, const ClientFrame& frame) {
  return !session.has_permissions || session.permissions->may_publish(frame.subject, shard.now);
}

void refuse(Shard& shard, Session& session, std::string_view log, std::string_view answer,
            std::string_view what) {
  std::string quoted;
  append_go_quoted(quoted, what);
  log_error(shard, session, absl::StrCat(to_absl(log), quoted));
  queue_error(shard, session, absl::StrCat(to_absl(answer), quoted));
}

void refuse_subject(Shard& shard, Session& session, const ClientFrame& frame) {
  refuse(shard, session, "Publish Violation - Subject ", "Permissions Violation for Publish to ",
         frame.subject);
}

void refuse_reply(Shard& shard, Session& session, const ClientFrame& frame) {
  refuse(shard, session, "Publish Violation - Reply ",
         "Permissions Violation for Publish with Reply of ", frame.reply);
}

// Tells a requester that nobody listens, if it asked to be told and listens itself for the reply.
void answer_no_responders(Shard& shard, Session& session, const Message& message) {
  for (const auto& subscription : session.subscriptions) {
    // As in the reference, a member of a queue group is not told.
    if (subscription->queue != nullptr) continue;
    if (!subject_matches(subscription->entry->subject(), message.reply)) continue;
    std::string line;
    append_no_responders(line, message.reply, subscription->sid.text(), message.subject);
    queue_text(shard, session, line);
    return;
  }
}

// Answers what forbids to publish this; false when something does. `published`: the subject as the client
// wrote it, of which a pedantic one is told. REQUIRES: `permitted` is known.
bool passes_checks(Shard& shard, Session& session, const ClientFrame& frame,
                   std::string_view published, bool permitted) {
  if (session.pedantic && !is_valid_literal_subject(published)) {
    queue_error(shard, session, error_text::kInvalidPublishSubject);
  }
  if (!permitted || is_reserved(frame.subject)) {
    refuse_subject(shard, session, frame);
    return false;
  }
  if (may_be_reserved(frame.reply) && is_reserved_reply(frame.reply)) {
    refuse_reply(shard, session, frame);
    return false;
  }
  if (session.verbose) queue_text(shard, session, "+OK\r\n");
  return true;
}

// Requests to the server itself.
bool answers_itself(Shard& shard, AccountState& account, Session& session,
                    const Message& message) {
  return may_be_reserved(message.subject) && (answer_user_info(shard, account, session, message) ||
                                              offer_to_server(shard, account, account, message));
}

void tell_if_nobody(Shard& shard, Session& session, const Message& message, bool delivered) {
  if (!delivered && session.no_responders && !message.reply.empty()) {
    answer_no_responders(shard, session, message);
  }
}

// It would end a line too early for whoever reads lines in another way than we do.
void refuse_bytes(Shard& shard, Session& session) {
  log_error(shard, session, "Publish Violation - a CR or NUL in the subject");
  queue_error(shard, session, error_text::kInvalidPublishSubject);
}

// In an account that maps subjects, or has to do with services of others.
void publish_by_rules(Shard& shard, Session& session, AccountState& account, ClientFrame frame) {
  const std::string_view published = frame.subject;
  shard.mapped_subject.clear();
  if (account.rules->map(published, shard.random.next(), shard.mapped_subject)) {
    frame.subject = shard.mapped_subject;
  }
  const bool permitted = is_permitted(shard, session, frame);
  if (!passes_checks(shard, session, frame, published, permitted)) return;
  const Message message = message_of(frame, shard.message_scratch);
  const bool delivered = route_across(shard, account, session, message);
  tell_if_nobody(shard, session, message,
                 answers_itself(shard, account, session, message) || delivered);
}

}  // namespace

void publish(Shard& shard, Session& session, const ClientFrame& frame) {
  ++session.received.messages;
  session.received.bytes += frame.payload.size();
  ++shard.counters.received.messages;
  shard.counters.received.bytes += frame.payload.size();
  if (frame.has_cr_or_nul) return refuse_bytes(shard, session);
  AccountState& account = shard.account(session.account);
  if (account.publish_by_rules) return publish_by_rules(shard, session, account, frame);
  // What is remembered passed every check below when it was remembered, but for these.
  const bool ordinary = !session.pedantic && !session.verbose && !may_be_reserved(frame.reply);
  const bool is_known = !session.has_permissions || shard.hot_route.permitted == session.client_id;
  if (ordinary && is_known && publish_hot(shard, session, frame)) return;
  const bool permitted = is_permitted(shard, session, frame);
  if (ordinary && !is_known && permitted && publish_hot(shard, session, frame)) {
    if (session.permissions->just_allowed(frame.subject)) {
      shard.hot_route.permitted = session.client_id;
    }
    return;
  }
  if (!passes_checks(shard, session, frame, frame.subject, permitted)) return;
  const Message message = message_of(frame, shard.message_scratch);
  const bool delivered =
      route_message(shard, account, &session, message, 0, session.relayed_to);
  tell_if_nobody(shard, session, message,
                 answers_itself(shard, account, session, message) || delivered);
}

}  // namespace antiphon
