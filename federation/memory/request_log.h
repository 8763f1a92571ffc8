// What became of the last requests, each under its id: how many targets were asked, how many
// messages went out, who answered.
//
// WHY: a request that is only half answered leaves its asker with a list of names and no idea which
// site, which link or which refusal it was.
// MODEL: a ring of records; a client's many messages of one request share its id, and so do the
// replies, which may come back through another federation broker of the cluster: whoever asks puts
// the records of all together (`antiphon federation status --request`). Nodes are numbers of a
// NodeRoster; when those change, clear().
// LIMITS: requests_max records, the oldest makes room; ids of kRequestIdBytesMax. Nothing here is
// proof: ids and senders are signed by nobody.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "federation/envelope/refusal.h"
#include "federation/memory/node_set.h"

namespace antiphon::federation {

inline constexpr size_t kRequestIdBytesMax = 64;

struct RequestRecord {
  std::string id;
  int64_t begun_ns = 0;      // when its first message came, of either direction
  uint32_t messages = 0;    // requests that came; 0: only replies have
  uint32_t targets = 0;     // that they asked for
  uint32_t broadcasts = 0;  // of them, to all nodes with an agent
  uint32_t published = 0;   // messages that went out
  uint32_t elsewhere = 0;   // targets left out because nobody here listens
  uint32_t duplicates = 0;  // targets left out because they have had it
  uint32_t refused = 0;     // messages not passed on
  Refusal refusal = Refusal::kNone;  // of the last of them
  uint32_t replies = 0;              // that were passed on
  int64_t first_reply_ns = 0;  // if there was one
  int64_t last_reply_ns = 0;
  NodeSet asked;     // by name
  NodeSet answered;

  void begin(std::string_view its_id, int64_t now_ns);
};

class RequestLog {
 public:
  explicit RequestLog(size_t requests_max) { records_.resize(requests_max); }

  bool is_on() const { return !records_.empty(); }
  // The record of this id, a new one if need be; nullptr for an id that cannot be one.
  RequestRecord* of(std::string_view id, int64_t now_ns);
  const RequestRecord* find(std::string_view id) const;
  // Calls see(record) for at most `most` of them.
  template <typename See>
  void each_newest_first(size_t most, See see) const {
    for (size_t i = 1; i <= records_.size() && most > 0; ++i) {
      const RequestRecord& record = records_[(next_ + records_.size() - i) % records_.size()];
      if (record.id.empty()) continue;
      see(record);
      --most;
    }
  }
  void clear();

 private:
  size_t index_of(std::string_view id) const;

  std::vector<RequestRecord> records_;
  size_t next_ = 0;
  mutable size_t last_ = 0;  // found or made last: the next message is likely of the same request
};

}  // namespace antiphon::federation
