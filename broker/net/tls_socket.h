// The way OpenSSL takes to a socket: one that tells when everything that had arrived was read.
//
// WHY not OpenSSL's own: after each message one more system call would ask whether there is more, and
// its read() and write() take the longer way through the file system. A write to a peer that has
// gone is an error here, never a signal.
// SEE: BIO_meth_new(3).
#pragma once

#include <openssl/types.h>

namespace antiphon {

// A source and sink that reads from and writes to the descriptor and does not own it. Null: out of memory.
BIO* new_tls_socket(int descriptor);

// Whether the last read got fewer bytes than it had room for; a new event announces further ones.
// REQUIRES: made by new_tls_socket().
bool is_drained(BIO* socket);

}  // namespace antiphon
