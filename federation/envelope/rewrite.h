// Writes what a federation broker makes of a transport, as the reference would write it.
//
// MODEL: the output is written anew, in the reference's order and without what it does not know, so
// that no two readers can disagree about it; the texts in it are copied from the message as they
// stand. Requests: targets go, the reply subject moves into the federation header, its place takes
// the federation broker's own. Replies: the federation header goes. SOURCE: go-choria 0.29.4.
#pragma once

#include <cstddef>
#include <string_view>

#include "federation/envelope/transport_view.h"

namespace antiphon::federation {

// Enough room for either rewrite.
size_t rewritten_bytes_max(const TransportView& transport, std::string_view hop,
                           std::string_view reply_subject);

// `hop` is JSON (hop_text.h); `reply_subject` is where the collective's nodes answer. Returns how
// many bytes were written. REQUIRES: rewritten_bytes_max() bytes of room.
size_t write_request(const TransportView& transport, std::string_view hop,
                     std::string_view reply_subject, char* out);
size_t write_reply(const TransportView& transport, std::string_view hop, char* out);

}  // namespace antiphon::federation
