// Where OpenSSL keeps the large objects that each connection has.
//
// WHY: an SSL is 7,624 bytes, which an allocator makes 8,192, and there are five more like it: more
// than a kilobyte of each idle TLS connection (docs/memory.md has the sum).
// ERRORS: where the address space cannot be reserved, everything stays with malloc.
#pragma once

namespace antiphon {

// Call first in main(): when OpenSSL has allocated something, it is too late and nothing changes.
// Does nothing under sanitizers, which want to see each object by itself.
void place_tls_objects();

// After a crowd has gone: what was kept for the next connection goes back to the system. Any thread.
void trim_tls_objects();

}  // namespace antiphon
