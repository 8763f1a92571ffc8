// The bytes of one connection: a plain TCP descriptor, or a stream of another kind over it.
//
// MODEL: reads and writes never block; what they did is said by an IoResult. A plain connection is
// just its descriptor. TLS (and the simulation's connections) are a ByteStream that this owns.
// SHARD: home. LIFETIME: closes the descriptor when destroyed.
#pragma once

#include <openssl/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace antiphon {

enum class IoStatus : uint8_t {
  kDone,        // `bytes` were moved; there may be more
  kWouldBlock,  // nothing can be moved now
  kEnd,         // the peer has closed its side (read only)
  kFailed,      // the connection is broken
};

struct IoResult {
  IoStatus status;
  size_t bytes = 0;
  bool drained = false;  // kDone of a read: nothing more can be read now
};

class TlsContext;

// A stream that is not a plain descriptor.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual IoResult read(char* out, size_t bytes_max) = 0;
  virtual IoResult write(const iovec* pieces, size_t count) = 0;
  // Says goodbye to the peer if the protocol has a word for it. Never blocks.
  virtual void shut_down() {}
  // Of a TLS connection, what the authorities vouch for; null where there is none. Not owned.
  virtual X509* verified_certificate() const { return nullptr; }
  // What the peer showed beside its certificate: those that vouch for it, as far as it has them. Not owned.
  virtual std::vector<X509*> shown_beside() const { return {}; }
  // Whether what the peer showed would still do if it came under this context.
  // One that is not known to it takes public-key operations.
  virtual bool is_known_to(const TlsContext&) const { return true; }
  virtual bool is_believed_by(const TlsContext&) const { return true; }
};

class Transport {
 public:
  Transport() = default;
  // Takes over `descriptor`.
  explicit Transport(int descriptor) : descriptor_(descriptor) {}
  Transport(int descriptor, std::unique_ptr<ByteStream> stream)
      : descriptor_(descriptor), stream_(std::move(stream)) {}
  ~Transport() { close(); }
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  Transport(Transport&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), stream_(std::move(other.stream_)) {}
  Transport& operator=(Transport&& other) noexcept {
    if (this != &other) {
      close();
      descriptor_ = std::exchange(other.descriptor_, -1);
      stream_ = std::move(other.stream_);
    }
    return *this;
  }

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0 || stream_ != nullptr; }
  // Gives the descriptor away. REQUIRES: is_plain().
  int detach() { return std::exchange(descriptor_, -1); }

  IoResult read(char* out, size_t bytes_max);
  IoResult write(const iovec* pieces, size_t count);
  bool is_plain() const { return stream_ == nullptr; }
  X509* verified_certificate() const {
    return stream_ == nullptr ? nullptr : stream_->verified_certificate();
  }
  std::vector<X509*> shown_beside() const {
    return stream_ == nullptr ? std::vector<X509*>() : stream_->shown_beside();
  }
  bool is_known_to(const TlsContext& context) const {
    return stream_ == nullptr || stream_->is_known_to(context);
  }
  bool is_believed_by(const TlsContext& context) const {
    return stream_ == nullptr || stream_->is_believed_by(context);
  }

  // The kernel keeps at most so much output beyond what is on its way to the peer; the socket is
  // full above that. Nothing happens without a socket, or where the kernel does not know how.
  void limit_unsent(int bytes);

  // Throws away what the peer has sent and nobody will read: closing a socket with unread bytes
  // would make the kernel reset the connection, and the peer might lose our last words.
  void discard_input();
  void close();

 private:
  int descriptor_ = -1;
  std::unique_ptr<ByteStream> stream_;
};

}  // namespace antiphon
