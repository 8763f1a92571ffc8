// What the simulation's clients do by themselves.
#include "tests/sim/simulation.h"
#include "tests/sim/violation.h"

namespace antiphon::sim {
namespace {

constexpr std::string_view kLiterals[] = {"a.b", "a.c", "b.c", "a.b.c", "c"};
constexpr std::string_view kPatterns[] = {"a.*", "a.>", "*.c", "a.*.c", "a.b", "a.c", "c", "b.c"};
constexpr std::string_view kWideLiterals[] = {"w.1", "w.2"};
constexpr std::string_view kWidePatterns[] = {"w.1", "w.2", "w.*", "w.>"};
constexpr std::string_view kQueues[] = {"q", "r"};

template <size_t N>
std::string one_of(Random& random, const std::string_view (&list)[N]) {
  return std::string(list[random.below(N)]);
}

}  // namespace

void Simulation::write(SimClient& client, const std::string& text) {
  if (tracing_) {
    trace("client " + std::to_string(client.number) + " writes " +
          quoted(std::string_view(text).substr(0, 90)));
  }
  client.outbox += text;
}

std::string Simulation::connect_text(const SimClient& client) {
  const auto flag = [](bool value) { return value ? "true" : "false"; };
  return std::string("CONNECT {\"verbose\":") + flag(one_in(10)) +
         ",\"pedantic\":" + flag(one_in(4)) + ",\"echo\":" + flag(client.traits.echo) +
         ",\"headers\":" + flag(client.traits.headers) +
         ",\"no_responders\":" + flag(client.traits.no_responders) +
         (client.traits.importing ? ",\"user\":\"b\",\"pass\":\"p\"" : "") +
         ",\"protocol\":1,\"name\":\"c" + std::to_string(client.number) + "\"}\r\n";
}

void Simulation::open_client() {
  auto client = std::make_unique<SimClient>();
  client->traits.shard = static_cast<uint16_t>(random_.below(world_.shard_count()));
  client->says_connect = !one_in(10);
  client->traits.headers = client->says_connect && !one_in(3);
  client->traits.echo = !client->says_connect || !one_in(4);
  client->traits.no_responders = client->traits.headers && one_in(2);
  client->traits.importing = options_.importing && client->says_connect && one_in(2);
  client->number = oracle_.add_client(client->traits);
  client->connection = world_.connect(client->traits.shard);
  constexpr size_t kRooms[] = {60, 500, 5'000, 100'000, 10'000'000};
  client->room_max = kRooms[random_.below(5)];
  client->connection->pipe->room = some_room(*client);
  if (tracing_) {
    trace("client " + std::to_string(client->number) + " connects to shard " +
          std::to_string(client->traits.shard));
  }
  if (client->says_connect) write(*client, connect_text(*client));
  clients_.push_back(std::move(client));
  if (options_.wide) subscribe(*clients_.back());
  if (one_in(2)) ping(*clients_.back());
}

// Most clients of a fleet number their wide subscriptions alike.
std::string Simulation::some_sid(SimClient& client, bool wide) {
  if (wide && !one_in(4)) {
    for (const char* sid : {"1", "2"}) {
      if (oracle_.is_free(client.number, sid)) return sid;
    }
  }
  if (one_in(20)) return "a-long-sid-that-does-not-fit-" + std::to_string(client.next_sid++);
  return std::to_string(client.next_sid++);
}

void Simulation::subscribe(SimClient& client) {
  if (oracle_.open_subscriptions(client.number).size() >= 6) return;
  const bool wide = options_.wide && !one_in(4);
  const std::string subject = wide ? one_of(random_, kWidePatterns) : one_of(random_, kPatterns);
  const std::string queue = one_in(wide ? 8 : 3) ? one_of(random_, kQueues) : "";
  const std::string sid = some_sid(client, wide);
  write(client, "SUB " + subject + (queue.empty() ? "" : " " + queue) + " " + sid + "\r\n");
  oracle_.subscribe(client.number, sid, subject, queue);
  if (one_in(2)) ping(client);
}

void Simulation::unsubscribe(SimClient& client) {
  const std::vector<size_t> open = oracle_.open_subscriptions(client.number);
  if (open.empty()) return;
  const size_t index = open[random_.below(open.size())];
  const std::string sid = oracle_.sid_of(index);
  if (sid == client.inbox) return;
  if (one_in(3)) {
    if (oracle_.is_limited(index)) return;  // it may have ended by now
    const uint64_t max = 1 + random_.below(12);
    write(client, "UNSUB " + sid + " " + std::to_string(max) + "\r\n");
    oracle_.limit(index, max);
  } else {
    write(client, "UNSUB " + sid + "\r\n");
    oracle_.unsubscribe(index);
  }
  if (one_in(2)) ping(client);
}

void Simulation::publish(SimClient& client) {
  if (client.traits.importing) return subscribe(client);
  const bool wide = options_.wide && !one_in(4);
  const std::string subject = wide ? one_of(random_, kWideLiterals) : one_of(random_, kLiterals);
  size_t bytes = 8 + random_.below(40);
  if (one_in(12)) bytes = 500 + random_.below(3000);
  if (options_.large && one_in(20)) bytes = 60'000 + random_.below(30'000);
  const std::string reply = one_in(5) ? "reply.to.me" : "";
  const bool with_header = client.traits.headers && one_in(3);
  write(client, oracle_.publish(client.number, subject, reply, bytes, with_header));
}

void Simulation::request(SimClient& client) {
  if (!client.traits.no_responders) return publish(client);
  if (client.inbox.empty()) {
    client.inbox = "inbox" + std::to_string(client.number);
    write(client, "SUB inbox." + client.inbox + " " + client.inbox + "\r\n");
    oracle_.subscribe(client.number, client.inbox, "inbox." + client.inbox, "");
  }
  write(client, oracle_.request_nobody(client.number, "inbox." + client.inbox));
}

void Simulation::ping(SimClient& client) {
  write(client, one_in(5) ? "ping\n" : "PING\r\n");
  oracle_.ping(client.number);
}

void Simulation::leave(SimClient& client) {
  trace("client " + std::to_string(client.number) + " leaves");
  client.left = true;
  oracle_.end_client(client.number);
  MemoryPipe& pipe = *client.connection->pipe;
  // What it wrote last may or may not arrive.
  if (one_in(2)) pipe.arrive(client.outbox.substr(0, random_.below(client.outbox.size() + 1)));
  client.outbox.clear();
  if (one_in(3)) {
    pipe.reset();
  } else {
    pipe.close();
    pipe.room = SIZE_MAX;  // nobody is there to be slow
    if (pipe.refused) pipe.take(0, SIZE_MAX);
  }
}

// A second CONNECT ends every subscription.
void Simulation::connect_again(SimClient& client) {
  write(client, connect_text(client));
  for (const size_t index : oracle_.open_subscriptions(client.number)) oracle_.unsubscribe(index);
  client.inbox.clear();
  ping(client);
}

void Simulation::act(SimClient& client) {
  if (!client.is_alive() || client.outbox.size() > 20'000) return;
  for (uint64_t actions = 1 + random_.below(5); actions > 0 && client.is_alive(); --actions) {
    const uint64_t choice = random_.below(100);
    if (choice < 15) {
      subscribe(client);
    } else if (choice < 25) {
      unsubscribe(client);
    } else if (choice < 35) {
      ping(client);
    } else if (choice < 40) {
      request(client);
    } else if (choice < 41 && client.says_connect && one_in(4)) {
      connect_again(client);
    } else {
      publish(client);
    }
  }
}

}  // namespace antiphon::sim
