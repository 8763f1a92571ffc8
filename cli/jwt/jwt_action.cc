#include "cli/jwt/jwt_action.h"

#include <cstdio>

namespace antiphon::jwt {

int fail(int status, std::string_view text) {
  std::fprintf(stderr, "antiphon jwt: %.*s\n", static_cast<int>(text.size()), text.data());
  return status;
}

}  // namespace antiphon::jwt
