#include "protocol/choria/reply_writer.h"

#include "protocol/bytes/base64.h"
#include "protocol/bytes/json_text.h"
#include "protocol/choria/json_text.h"

namespace antiphon::choria {

ReplyWriter::ReplyWriter(const Request& request, const Transport& transport) {
  envelope_start_ = R"(,"envelope":{"requestid":)";
  append_json_string(envelope_start_, request.request_id);
  envelope_start_.append(R"(,"senderid":)");
  envelope_end_ = R"(,"agent":)";
  append_json_string(envelope_end_, request.agent);
  envelope_end_.append(R"(,"time":)");
  if (!transport.federation) return;  // the reference copies hops only of federated requests
  federation_member_ = R"(,"federation":)";
  append_federation(*transport.federation, federation_member_);
  if (transport.seen_by.empty()) return;
  append_hops(transport.seen_by, hops_);
  hops_ = hops_.substr(1, hops_.size() - 2) + ",";  // without the brackets of the list
}

void ReplyWriter::append(const NodeAnswer& answer, std::string& out) {
  reply_.assign(R"({"protocol":"choria:reply:1","message":)");
  append_json_string(reply_, answer.body);
  reply_.append(envelope_start_);
  append_json_string(reply_, answer.identity);
  reply_.append(envelope_end_);
  append_integer(answer.time_unix_s, reply_);
  reply_.append("}}");

  secure_.assign(R"({"protocol":"choria:secure:reply:1","message":)");
  append_json_string(secure_, reply_);
  secure_.append(R"(,"hash":")");
  const Sha256Digest digest = hash_.of(reply_);
  append_base64(secure_, {digest.data(), digest.size()});
  secure_.append(R"("})");

  out.append(R"({"protocol":"choria:transport:1","data":")");
  append_base64(out, secure_);
  out.append(R"(","headers":{"mc_sender":)");
  append_json_string(out, answer.identity);
  out.append(R"(,"seen-by":[)").append(hops_).append("[");
  append_json_string(out, answer.server_url);
  out.push_back(',');
  append_json_string(out, answer.identity);
  out.push_back(',');
  append_json_string(out, answer.server_url);
  out.append("]]").append(federation_member_).append("}}");
}

}  // namespace antiphon::choria
