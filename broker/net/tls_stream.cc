#include "broker/net/tls_stream.h"

#include <openssl/err.h>

namespace antiphon {

IoResult TlsStream::read(char* out, size_t bytes_max) {
  if (end_ != IoStatus::kDone) return {end_};
  size_t total = 0;
  while (total < bytes_max) {
    ::ERR_clear_error();
    size_t got = 0;
    const int code = ::SSL_read_ex(connection_.get(), out + total, bytes_max - total, &got);
    if (code == 1) {
      total += got;
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

void TlsStream::note_end(int error) {
  broken_ = error != SSL_ERROR_ZERO_RETURN;
  // A peer that hangs up without TLS's own goodbye has closed, nothing more.
  const bool cut = ERR_GET_REASON(::ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  end_ = broken_ && !cut ? IoStatus::kFailed : IoStatus::kEnd;
}

IoResult TlsStream::write(const iovec* pieces, size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    const char* data = static_cast<const char*>(pieces[i].iov_base);
    size_t left = pieces[i].iov_len;
    while (left > 0) {
      ::ERR_clear_error();
      size_t written = 0;
      const int code = ::SSL_write_ex(connection_.get(), data, left, &written);
      if (code == 1) {
        total += written;
        data += written;
        left -= written;
        continue;
      }
      const int error = ::SSL_get_error(connection_.get(), code);
      if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        // OpenSSL holds a started record; the next write must begin with the same bytes, and it
        // does, because none of them was counted.
        return total > 0 ? IoResult{IoStatus::kDone, total} : IoResult{IoStatus::kWouldBlock};
      }
      broken_ = true;
      return {IoStatus::kFailed};
    }
  }
  return {IoStatus::kDone, total};
}

void TlsStream::shut_down() {
  if (broken_) return;
  ::ERR_clear_error();
  ::SSL_shutdown(connection_.get());
}

}  // namespace antiphon
