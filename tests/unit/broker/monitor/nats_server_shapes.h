// The fields of the monitoring pages of nats-server 2.15.2, in their order.
// Printed by record_shapes.py; nothing here is written by hand.
#pragma once

namespace antiphon::nats_server_shapes {

inline constexpr char kVarz[] = R"(
server_id string, server_name string, version string, proto number, go string, host string,
port number, max_connections number, ping_interval number, ping_max number, http_host string,
http_port number, http_base_path string, https_port number, auth_timeout number,
max_control_line number, max_payload number, max_pending number, cluster object, gateway object,
leaf object, mqtt object, websocket object, jetstream object, tls_timeout number,
write_deadline number, start string, now string, uptime string, mem number, cores number,
gomaxprocs number, cpu number, connections number, total_connections number, routes number,
remotes number, leafnodes number, in_msgs number, in_bytes number, in_client_msgs number,
in_client_bytes number, out_msgs number, out_bytes number, out_client_msgs number,
out_client_bytes number, slow_consumers number, stale_connections number,
stalled_clients number, subscriptions number, http_req_stats object, config_load_time string,
config_digest string, feature_flags object, feature_flags.js_ack_fc_v2 bool,
feature_flags.js_api_reply_v2 bool, feature_flags.js_raft_delete_range bool,
feature_flags.js_snapshot_sources bool, system_account string, slow_consumer_stats object,
slow_consumer_stats.clients number, slow_consumer_stats.routes number,
slow_consumer_stats.gateways number, slow_consumer_stats.leafs number,
stale_connection_stats object, stale_connection_stats.clients number,
stale_connection_stats.routes number, stale_connection_stats.gateways number,
stale_connection_stats.leafs number, disk_io_wait_stats object,
disk_io_wait_stats.waiters number, disk_io_wait_stats.waits number,
disk_io_wait_stats.wait_time number, disk_io_wait_stats.max_wait_time number)";

inline constexpr char kConnz[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].rtt string,
connections[].uptime string, connections[].idle string, connections[].pending_bytes number,
connections[].in_msgs number, connections[].out_msgs number, connections[].in_bytes number,
connections[].out_bytes number, connections[].subscriptions number, connections[].name string,
connections[].lang string, connections[].version string)";

inline constexpr char kConnzSubs[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].rtt string,
connections[].uptime string, connections[].idle string, connections[].pending_bytes number,
connections[].in_msgs number, connections[].out_msgs number, connections[].in_bytes number,
connections[].out_bytes number, connections[].subscriptions number, connections[].name string,
connections[].lang string, connections[].version string, connections[].subscriptions_list array)";

inline constexpr char kConnzSubsDetail[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].rtt string,
connections[].uptime string, connections[].idle string, connections[].pending_bytes number,
connections[].in_msgs number, connections[].out_msgs number, connections[].in_bytes number,
connections[].out_bytes number, connections[].subscriptions number, connections[].name string,
connections[].lang string, connections[].version string,
connections[].subscriptions_list_detail array,
connections[].subscriptions_list_detail[].subject string,
connections[].subscriptions_list_detail[].qgroup string,
connections[].subscriptions_list_detail[].sid string,
connections[].subscriptions_list_detail[].msgs number,
connections[].subscriptions_list_detail[].max number,
connections[].subscriptions_list_detail[].cid number)";

inline constexpr char kConnzAuth[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].rtt string,
connections[].uptime string, connections[].idle string, connections[].pending_bytes number,
connections[].in_msgs number, connections[].out_msgs number, connections[].in_bytes number,
connections[].out_bytes number, connections[].subscriptions number, connections[].name string,
connections[].lang string, connections[].version string, connections[].name_tag string)";

inline constexpr char kConnzPastTheEnd[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array)";

inline constexpr char kConnzUnknownAccount[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections null)";

inline constexpr char kSubsz[] = R"(
server_id string, now string, num_subscriptions number, num_cache number, num_inserts number,
num_removes number, num_matches number, cache_hit_rate number, max_fanout number,
avg_fanout number, total number, offset number, limit number)";

inline constexpr char kSubszSubs[] = R"(
server_id string, now string, num_subscriptions number, num_cache number, num_inserts number,
num_removes number, num_matches number, cache_hit_rate number, max_fanout number,
avg_fanout number, total number, offset number, limit number, subscriptions_list array,
subscriptions_list[].account string, subscriptions_list[].account_tag string,
subscriptions_list[].subject string, subscriptions_list[].qgroup string,
subscriptions_list[].sid string, subscriptions_list[].msgs number,
subscriptions_list[].max number, subscriptions_list[].cid number)";

inline constexpr char kHealthz[] = R"(
status string)";

inline constexpr char kHealthzNoAccount[] = R"(
status string, error string)";

inline constexpr char kHealthzNoAccountDetails[] = R"(
status string, errors array, errors[].type string, errors[].error string)";

inline constexpr char kConnzClosed[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].stop string,
connections[].reason string, connections[].rtt string, connections[].uptime string,
connections[].idle string, connections[].pending_bytes number, connections[].in_msgs number,
connections[].out_msgs number, connections[].in_bytes number, connections[].out_bytes number,
connections[].subscriptions number, connections[].name string, connections[].lang string,
connections[].version string)";

inline constexpr char kConnzClosedSubs[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].stop string,
connections[].reason string, connections[].rtt string, connections[].uptime string,
connections[].idle string, connections[].pending_bytes number, connections[].in_msgs number,
connections[].out_msgs number, connections[].in_bytes number, connections[].out_bytes number,
connections[].subscriptions number, connections[].name string, connections[].lang string,
connections[].version string, connections[].subscriptions_list array)";

inline constexpr char kVarzConfigured[] = R"(
server_id string, server_name string, version string, proto number, go string, host string,
port number, auth_required bool, max_connections number, max_subscriptions number,
ping_interval number, ping_max number, http_host string, http_port number,
http_base_path string, https_port number, auth_timeout number, max_control_line number,
max_payload number, max_pending number, cluster object, gateway object, leaf object,
mqtt object, websocket object, jetstream object, tls_timeout number, write_deadline number,
start string, now string, uptime string, mem number, cores number, gomaxprocs number,
cpu number, connections number, total_connections number, routes number, remotes number,
leafnodes number, in_msgs number, in_bytes number, in_client_msgs number,
in_client_bytes number, out_msgs number, out_bytes number, out_client_msgs number,
out_client_bytes number, slow_consumers number, stale_connections number,
stalled_clients number, subscriptions number, http_req_stats object, config_load_time string,
config_digest string, tags array, metadata object, feature_flags object,
feature_flags.js_ack_fc_v2 bool, feature_flags.js_api_reply_v2 bool,
feature_flags.js_raft_delete_range bool, feature_flags.js_snapshot_sources bool,
system_account string, slow_consumer_stats object, slow_consumer_stats.clients number,
slow_consumer_stats.routes number, slow_consumer_stats.gateways number,
slow_consumer_stats.leafs number, stale_connection_stats object,
stale_connection_stats.clients number, stale_connection_stats.routes number,
stale_connection_stats.gateways number, stale_connection_stats.leafs number,
disk_io_wait_stats object, disk_io_wait_stats.waiters number, disk_io_wait_stats.waits number,
disk_io_wait_stats.wait_time number, disk_io_wait_stats.max_wait_time number)";

inline constexpr char kConnzUser[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].rtt string,
connections[].uptime string, connections[].idle string, connections[].pending_bytes number,
connections[].in_msgs number, connections[].out_msgs number, connections[].in_bytes number,
connections[].out_bytes number, connections[].subscriptions number, connections[].name string,
connections[].lang string, connections[].version string, connections[].authorized_user string,
connections[].name_tag string)";

inline constexpr char kVarzTls[] = R"(
server_id string, server_name string, version string, proto number, go string, host string,
port number, tls_required bool, max_connections number, ping_interval number, ping_max number,
http_host string, http_port number, http_base_path string, https_port number,
auth_timeout number, max_control_line number, max_payload number, max_pending number,
cluster object, gateway object, leaf object, mqtt object, websocket object, jetstream object,
tls_timeout number, write_deadline number, start string, now string, uptime string, mem number,
cores number, gomaxprocs number, cpu number, connections number, total_connections number,
routes number, remotes number, leafnodes number, in_msgs number, in_bytes number,
in_client_msgs number, in_client_bytes number, out_msgs number, out_bytes number,
out_client_msgs number, out_client_bytes number, slow_consumers number,
stale_connections number, stalled_clients number, subscriptions number, http_req_stats object,
config_load_time string, config_digest string, feature_flags object,
feature_flags.js_ack_fc_v2 bool, feature_flags.js_api_reply_v2 bool,
feature_flags.js_raft_delete_range bool, feature_flags.js_snapshot_sources bool,
system_account string, slow_consumer_stats object, slow_consumer_stats.clients number,
slow_consumer_stats.routes number, slow_consumer_stats.gateways number,
slow_consumer_stats.leafs number, stale_connection_stats object,
stale_connection_stats.clients number, stale_connection_stats.routes number,
stale_connection_stats.gateways number, stale_connection_stats.leafs number,
disk_io_wait_stats object, disk_io_wait_stats.waiters number, disk_io_wait_stats.waits number,
disk_io_wait_stats.wait_time number, disk_io_wait_stats.max_wait_time number,
tls_cert_not_after string)";

inline constexpr char kConnzTls[] = R"(
server_id string, now string, num_connections number, total number, offset number, limit number,
connections array, connections[].cid number, connections[].kind string,
connections[].type string, connections[].ip string, connections[].port number,
connections[].start string, connections[].last_activity string, connections[].rtt string,
connections[].uptime string, connections[].idle string, connections[].pending_bytes number,
connections[].in_msgs number, connections[].out_msgs number, connections[].in_bytes number,
connections[].out_bytes number, connections[].subscriptions number, connections[].name string,
connections[].lang string, connections[].version string, connections[].tls_version string,
connections[].tls_cipher_suite string)";

}  // namespace antiphon::nats_server_shapes
