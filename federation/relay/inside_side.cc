#include "federation/relay/inside_side.h"

#include <absl/strings/match.h>

#include <algorithm>
#include <optional>

namespace antiphon::federation {
namespace {

bool is_any_address(std::string_view host) {
  return host.empty() || host == "::" || host == "0.0.0.0";
}

// Whether a URL, as it is written, can only mean the broker's own listener.
bool is_own_listener(const std::string& url, const BrokerOptions& broker) {
  const absl::StatusOr<fleet::ServerEndpoint> endpoint = fleet::parse_server_url(url);
  const ListenOptions& listen = broker.listen;
  if (!endpoint.ok() || endpoint->port != listen.port) return false;
  const std::string& host = endpoint->host;
  if (absl::EqualsIgnoreCase(host, broker.choria.identity) || host == listen.host) return true;
  const bool is_loopback = host == "localhost" || host == "127.0.0.1" || host == "::1";
  return is_loopback && is_any_address(listen.host);
}

// The side that is this broker when nobody has said which.
std::optional<Side> natural_inside(const LoadedRelay& loaded, const BrokerOptions& broker) {
  const auto hosts = [&](Side side) -> const std::vector<std::string>& {
    return loaded.sides[static_cast<size_t>(side)].names.urls;
  };
  const auto names_own = [&](Side side) {
    return std::any_of(hosts(side).begin(), hosts(side).end(),
                       [&](const std::string& url) { return is_own_listener(url, broker); });
  };
  if (hosts(Side::kCollective).empty() || names_own(Side::kCollective)) return Side::kCollective;
  if (names_own(Side::kFederation)) return Side::kFederation;
  return std::nullopt;
}

}  // namespace

void choose_inside(const BrokerOptions& broker, RelayDraft& draft) {
  LoadedRelay& loaded = draft.loaded;
  loaded.inside = draft.inside ? draft.inside->side : natural_inside(loaded, broker);
  if (!loaded.inside) return;
  std::vector<std::string>& urls = loaded.side(*loaded.inside).names.urls;
  if (draft.inside && !urls.empty() && !is_own_listener(urls.front(), broker)) {
    draft.diagnostics.warning(draft.inside->place,
                              "the hosts given for this side have no effect: it is the broker of "
                              "the same process");
  }
  urls.clear();
}

void refuse_inside(RelayDraft& draft) {
  if (!draft.inside || !draft.inside->side) return;
  draft.diagnostics.error(draft.inside->place,
                          "there is no broker in this process: set plugin.choria.broker_network = "
                          "true and use `antiphon broker run`");
}

}  // namespace antiphon::federation
