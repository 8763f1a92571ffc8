// How an answer of the server is packed, when whoever asks takes packed ones.
//
// FORMAT: nats-server's. The request's header `Accept-Encoding` names what is taken, by words somewhere in
// it: `snappy` or `s2` first, then `gzip`. The answer's header `Content-Encoding` says what it is; `identity`
// when only others were named. Snappy is its framing format, which holds checksums.
#pragma once

#include <string>
#include <string_view>

namespace antiphon {

enum class AnswerEncoding : uint8_t { kNotAsked, kIdentity, kGzip, kSnappy };

// `headers`: the request's header block, or empty.
AnswerEncoding wanted_encoding(std::string_view headers);

struct EncodedAnswer {
  std::string headers;  // a whole block; empty: none
  std::string payload;
};
EncodedAnswer encode_answer(AnswerEncoding encoding, std::string text);

}  // namespace antiphon
