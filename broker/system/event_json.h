// The texts of events: a client came, went or was refused; an account has so many clients.
//
// FORMAT: io.nats.server.advisory.v1.{client_connect,client_disconnect,account_connections} of nats-server
// 2.15, in its order. `server` is the JSON object of server_object_json(), `id` names the event.
// SECURITY: nats-server's events hold the JWT of the client; these never do (a bearer's is a password).
#pragma once

#include <string>
#include <string_view>

#include "broker/monitor/json_writer.h"
#include "broker/monitor/server_view.h"
#include "broker/runtime/random.h"
#include "broker/session/system_events.h"

namespace antiphon {

std::string client_event_json(const ClientEvent& event, std::string_view id,
                              std::string_view server);
std::string connections_event_json(const AccountFigures& account, std::string_view id,
                                   int64_t wall_ns, std::string_view server);

std::string new_event_id(Random& random);

// The fields of an account's figures, into the object that is open.
void write_account_figures(JsonWriter& json, const AccountFigures& account);

}  // namespace antiphon
