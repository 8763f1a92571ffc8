// What the arguments of /connz mean.
#include <absl/strings/str_cat.h>

#include <optional>

#include "broker/monitor/connz.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

std::optional<ConnectionOrder> order_named(std::string_view name) {
  using Order = ConnectionOrder;
  static constexpr std::pair<std::string_view, Order> kOrders[] = {
      {"", Order::kCid},
      {"cid", Order::kCid},
      {"start", Order::kCid},
      {"subs", Order::kSubscriptions},
      {"pending", Order::kPending},
      {"msgs_to", Order::kMessagesTo},
      {"msgs_from", Order::kMessagesFrom},
      {"bytes_to", Order::kBytesTo},
      {"bytes_from", Order::kBytesFrom},
      {"last", Order::kLastActivity},
      {"idle", Order::kIdle},
      {"uptime", Order::kUptime},
      {"stop", Order::kStop},
      {"reason", Order::kReason},
      {"rtt", Order::kRtt},
  };
  for (const auto& [known, order] : kOrders) {
    if (known == name) return order;
  }
  return std::nullopt;
}

SubscriptionsShown read_subscriptions_shown(ArgumentReader& arguments) {
  if (equals_ignore_case(arguments.text("subs"), "detail")) return SubscriptionsShown::kDetails;
  return arguments.boolean("subs") ? SubscriptionsShown::kSubjects : SubscriptionsShown::kNone;
}

ConnectionState read_state(ArgumentReader& arguments) {
  const std::string_view name = arguments.text("state");
  if (name.empty() || equals_ignore_case(name, "open")) return ConnectionState::kOpen;
  if (equals_ignore_case(name, "closed")) return ConnectionState::kClosed;
  if (equals_ignore_case(name, "any") || equals_ignore_case(name, "all")) {
    return ConnectionState::kAny;
  }
  arguments.reject(absl::StrCat("Error decoding state for ", to_absl(name)));
  return ConnectionState::kOpen;
}

ConnectionOrder read_order(ArgumentReader& arguments, ConnectionState state) {
  const std::string_view name = arguments.text("sort");
  const std::optional<ConnectionOrder> order = order_named(name);
  if (!order) {
    arguments.reject(absl::StrCat("invalid sorting option: ", to_absl(name)));
    return ConnectionOrder::kCid;
  }
  const bool needs_end = *order == ConnectionOrder::kStop || *order == ConnectionOrder::kReason;
  if (needs_end && state != ConnectionState::kClosed) {
    arguments.reject(absl::StrCat("sort by ", to_absl(name), " only valid on closed connections"));
  }
  return *order;
}

}  // namespace

PageRange read_page_range(ArgumentReader& arguments) {
  PageRange range;
  range.offset = std::max<int64_t>(arguments.integer("offset"), 0);
  const int64_t limit = arguments.integer("limit");
  if (limit > 0) range.limit = limit;
  return range;
}

// The first bad argument is the one that is named, so they are read in nats-server's order.
ConnzOptions read_connz_options(ArgumentReader& arguments) {
  ConnzOptions options;
  options.with_user = arguments.boolean("auth");
  options.subscriptions = read_subscriptions_shown(arguments);
  options.range = read_page_range(arguments);
  options.client_id = arguments.natural("cid");
  options.state = read_state(arguments);
  options.order = read_order(arguments, options.state);
  options.user = arguments.text("user");
  options.account = arguments.text("acc");
  options.mqtt_client = arguments.text("mqtt_client");
  if (options.client_id != 0) options.range.limit = 1;
  return options;
}

}  // namespace antiphon
