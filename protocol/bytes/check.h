// AP_CHECK: stops the program on a broken invariant, in every build.
//
// WHY: a programmer's error must not become a wrong delivery. Input from outside never reaches an
// AP_CHECK; malformed bytes are answered with an enum or a status.
#pragma once

#include <cstdio>
#include <cstdlib>

#define AP_CHECK(condition)                                                                  \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition);     \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
