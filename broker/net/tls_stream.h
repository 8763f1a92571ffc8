// An established TLS connection over its descriptor.
//
// WHY our own and not asio::ssl::stream: that one keeps 34 KB of buffers per connection. Here an
// idle connection keeps only OpenSSL's own state, and no buffer (SSL_MODE_RELEASE_BUFFERS).
#pragma once

#include <openssl/ssl.h>

#include "broker/net/transport.h"

namespace antiphon {

struct FreeSsl {
  void operator()(SSL* connection) const { ::SSL_free(connection); }
};
using SslPtr = std::unique_ptr<SSL, FreeSsl>;

class TlsStream final : public ByteStream {
 public:
  // REQUIRES: made by TlsContext::new_connection(); the handshake is complete.
  explicit TlsStream(SslPtr connection) : connection_(std::move(connection)) {}

  IoResult read(char* out, size_t bytes_max) override;
  IoResult write(const iovec* pieces, size_t count) override;
  void shut_down() override;
  X509* verified_certificate() const override;
  std::vector<X509*> shown_beside() const override;
  bool is_known_to(const TlsContext& context) const override;
  bool is_believed_by(const TlsContext& context) const override;

  const SSL* connection() const { return connection_.get(); }

 private:
  class PieceWalk;
  void note_end(int error);
  // Neither the socket nor OpenSSL has anything more.
  bool has_taken_all() const;

  SslPtr connection_;
  IoStatus end_ = IoStatus::kDone;  // kEnd or kFailed once reading has come to it
  bool broken_ = false;  // after a fatal error OpenSSL forbids any further call
};

}  // namespace antiphon
