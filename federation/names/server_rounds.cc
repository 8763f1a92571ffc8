#include "federation/names/server_rounds.h"

#include <algorithm>
#include <cstring>

namespace antiphon::federation {
namespace {

bool same_server(const fleet::ServerEndpoint& a, const fleet::ServerEndpoint& b) {
  return a.url == b.url && a.address_bytes == b.address_bytes &&
         std::memcmp(&a.address, &b.address, a.address_bytes) == 0;
}

}  // namespace

// In whatever order.
bool ServerRounds::same(const std::vector<fleet::ServerEndpoint>& a,
                        const std::vector<fleet::ServerEndpoint>& b) {
  return a.size() == b.size() && std::is_permutation(a.begin(), a.end(), b.begin(), same_server);
}

}  // namespace antiphon::federation
