#include "broker/net/tls_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <cstring>

#include "broker/net/tls_context.h"
#include "broker/net/tls_socket.h"

namespace antiphon {
namespace {

constexpr size_t kRecordBytes = 16 * 1024;  // the most one record holds (RFC 8446, 5.1)

}  // namespace

// Where a write stands in the pieces it was given.
class TlsStream::PieceWalk {
 public:
  PieceWalk(const iovec* pieces, size_t count) : pieces_(pieces), count_(count) { skip_empty(); }

  bool at_end() const { return piece_ == count_; }
  bool is_last() const { return piece_ + 1 == count_; }
  const char* data() const { return static_cast<const char*>(pieces_[piece_].iov_base) + offset_; }
  size_t bytes() const { return pieces_[piece_].iov_len - offset_; }
  // Copies what follows, up to bytes_max. Returns how much that is.
  size_t join(char* out, size_t bytes_max) const;
  void advance(size_t bytes) {
    offset_ += bytes;
    while (!at_end() && offset_ > 0 && offset_ >= pieces_[piece_].iov_len) {
      offset_ -= pieces_[piece_++].iov_len;
    }
    skip_empty();
  }

 private:
  void skip_empty() {
    while (!at_end() && offset_ == 0 && pieces_[piece_].iov_len == 0) ++piece_;
  }

  const iovec* const pieces_;
  const size_t count_;
  size_t piece_ = 0;
  size_t offset_ = 0;
};

IoResult TlsStream::read(char* out, size_t bytes_max) {
  if (end_ != IoStatus::kDone) return {end_};
  size_t total = 0;
  while (total < bytes_max) {
    ::ERR_clear_error();
    size_t got = 0;
    const int code = ::SSL_read_ex(connection_.get(), out + total, bytes_max - total, &got);
    if (code == 1) {
      total += got;
      if (has_taken_all()) return {IoStatus::kDone, total, true};
      continue;
    }
    const int error = ::SSL_get_error(connection_.get(), code);
    const bool would_block = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
    if (!would_block) note_end(error);
    // What was read comes first. OpenSSL tells the cause of an end once, so it is kept for later.
    if (total > 0) return {IoStatus::kDone, total, would_block};
    return {would_block ? IoStatus::kWouldBlock : end_};
  }
  return {IoStatus::kDone, total};
}

bool TlsStream::has_taken_all() const {
  return ::SSL_has_pending(connection_.get()) == 0 && is_drained(::SSL_get_rbio(connection_.get()));
}

void TlsStream::note_end(int error) {
  broken_ = error != SSL_ERROR_ZERO_RETURN;
  // A peer that hangs up without TLS's own goodbye has closed, nothing more.
  const bool cut = ERR_GET_REASON(::ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  end_ = broken_ && !cut ? IoStatus::kFailed : IoStatus::kEnd;
}

size_t TlsStream::PieceWalk::join(char* out, size_t bytes_max) const {
  size_t joined = 0;
  size_t offset = offset_;
  for (size_t i = piece_; i < count_ && joined < bytes_max; ++i, offset = 0) {
    const size_t bytes = std::min(pieces_[i].iov_len - offset, bytes_max - joined);
    std::memcpy(out + joined, static_cast<const char*>(pieces_[i].iov_base) + offset, bytes);
    joined += bytes;
  }
  return joined;
}

IoResult TlsStream::write(const iovec* pieces, size_t count) {
  char record[kRecordBytes];
  PieceWalk walk(pieces, count);
  size_t total = 0;
  while (!walk.at_end()) {
    // A piece that fills a record goes as it is; smaller ones share one record and one system call.
    const char* data = walk.data();
    size_t bytes = walk.bytes();
    if (bytes < kRecordBytes && !walk.is_last()) {
      bytes = walk.join(record, kRecordBytes);
      data = record;
    }
    ::ERR_clear_error();
    size_t written = 0;
    const int code = ::SSL_write_ex(connection_.get(), data, bytes, &written);
    if (code == 1) {
      total += written;
      walk.advance(written);
      continue;
    }
    const int error = ::SSL_get_error(connection_.get(), code);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      // OpenSSL holds a started record; the next write must begin with the same bytes and have at
      // least as many, and so it does, because none of them was counted and more only follow.
      return total > 0 ? IoResult{IoStatus::kDone, total} : IoResult{IoStatus::kWouldBlock};
    }
    broken_ = true;
    return {IoStatus::kFailed};
  }
  return {IoStatus::kDone, total};
}

X509* TlsStream::verified_certificate() const {
  return verified_certificate_of(connection_.get());
}

std::vector<X509*> TlsStream::shown_beside() const {
  std::vector<X509*> shown;
  const STACK_OF(X509)* chain = ::SSL_get_peer_cert_chain(connection_.get());
  for (int i = 0; i < sk_X509_num(chain); ++i) shown.push_back(sk_X509_value(chain, i));
  return shown;
}

bool TlsStream::is_known_to(const TlsContext& context) const {
  return context.holds_authority_of(connection_.get());
}

bool TlsStream::is_believed_by(const TlsContext& context) const {
  return context.still_believes(connection_.get());
}

void TlsStream::shut_down() {
  if (broken_) return;
  ::ERR_clear_error();
  ::SSL_shutdown(connection_.get());
}

}  // namespace antiphon
