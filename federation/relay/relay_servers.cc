// Which broker a Relay dials next, and where it finds that out.
#include <absl/strings/str_cat.h>

#include "federation/relay/relay.h"
#include "protocol/bytes/text.h"

namespace antiphon::federation {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;

std::string urls(const std::vector<fleet::ServerEndpoint>& servers) {
  std::vector<std::string_view> each;
  for (const fleet::ServerEndpoint& server : servers) {
    // Two addresses of one name follow each other.
    if (each.empty() || each.back() != server.url) each.push_back(server.url);
  }
  std::string out;
  for (const std::string_view url : each) out.append(out.empty() ? "" : ", ").append(url);
  return out;
}

}  // namespace

void Relay::dial_what_is_due() {
  if (stage_ != Stage::kRunning) return;
  for (SideLink& one : links_) {
    if (loop_.state(id_of(one.side)) != fleet::LinkState::kClosed) continue;
    if (one.dial_at_ms > loop_.now().ms()) continue;
    one.dial_at_ms = kNever;
    dial(one);
  }
}

void Relay::dial(SideLink& link) {
  const fleet::ServerEndpoint* next = link.rounds.next();
  if (next == nullptr) return look_up(link);
  ++link.attempts;
  const absl::Status login = link.login.prepare(clock().wall_ns() / kNsPerSecond);
  if (!login.ok()) return give_up(link, "", to_std(login.message()));
  fleet::ServerEndpoint server = *next;
  server.tls_context = settings_.side(link.side).tls;
  const auto slot = static_cast<size_t>(link.side);
  loop_.set_server(slot, std::move(server));
  loop_.dial(id_of(link.side), slot, std::nullopt);
}

// One question of a side at a time: it is asked when a dial is due, and none is until it is answered.
void Relay::look_up(SideLink& link) {
  ++link.counts.look_ups;
  const Side side = link.side;
  lookup_->ask(settings_.side(side).names, [this, side](absl::StatusOr<FoundServers> found) {
    loop_.post([this, side, found = std::move(found)]() mutable {
      looked_up(side, std::move(found));
    });
  });
}

void Relay::looked_up(Side side, absl::StatusOr<FoundServers> found) {
  if (stage_ != Stage::kRunning) return;
  SideLink& asked = link(side);
  const auto line = [&](std::string_view text) {
    return absl::StrCat("federation ", settings_.cluster, ": the ", side_name(side), " side",
                        std::string(text));
  };
  if (found.ok()) {
    const std::string text = absl::StrCat(
        "'s brokers are ", urls(found->servers), found->source.empty() ? "" : " (", found->source,
        found->source.empty() ? "" : ")");
    if (asked.rounds.begin(std::move(found->servers))) log_.info(line(text));
    asked.dial_at_ms = loop_.now().ms();
    return;
  }
  ++asked.counts.look_up_failures;
  if (asked.rounds.begin_again()) {
    log_.warning(line(absl::StrCat("'s brokers are those of the last time: ",
                                   found.status().message())));
    asked.dial_at_ms = loop_.now().ms();
    return;
  }
  ++asked.attempts;
  give_up(asked, "", to_std(found.status().message()));
}

}  // namespace antiphon::federation
