#include "broker/session/publish_each.h"

#include "broker/session/close.h"
#include "broker/session/publish.h"
#include "broker/session/session_log.h"
#include "protocol/nats/multi_publish.h"

namespace antiphon {
namespace {

// The frame's tail with a reply subject in front. Reply subjects of one frame are mostly of one
// length, so that only they have to be written anew.
class ReplyTail {
 public:
  ReplyTail(std::string_view tail, std::string& scratch) : tail_(tail), scratch_(scratch) {}

  std::string_view with(std::string_view reply) {
    if (reply.size() == reply_bytes_) {
      scratch_.replace(0, reply.size(), reply);
    } else {
      scratch_.assign(reply).append(" ").append(tail_);
      reply_bytes_ = reply.size();
    }
    return scratch_;
  }

 private:
  const std::string_view tail_;
  std::string& scratch_;
  size_t reply_bytes_ = 0;
};

}  // namespace

void publish_each(Shard& shard, Session& session, const ClientFrame& frame) {
  MultiPublishLines lines(frame.argument);
  ReplyTail reply_tail(frame.tail, shard.reply_tail);
  ClientFrame one;
  one.verb = Verb::kPub;
  one.payload = frame.payload;
  uint32_t count = 0;
  for (; count < frame.targets && lines.next(); ++count) {
    one.subject = lines.subject();
    one.reply = lines.reply();
    one.tail = one.reply.empty() ? frame.tail : reply_tail.with(one.reply);
    trace_frame(shard, session, one);
    publish(shard, session, one);
    if (session.is_closing()) return;
  }
  if (count == frame.targets && !lines.next() && lines.is_whole()) return;
  log_error(shard, session, "malformed lines of MPUB");
  close_session(shard, session, CloseReason::kProtocolViolation);
}

}  // namespace antiphon
