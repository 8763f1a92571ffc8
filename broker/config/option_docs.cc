#include "broker/config/option_docs.h"

#include "broker/config/choria_keys.h"
#include "broker/config/config_text.h"
#include "broker/config/option_table.h"
#include "broker/config/unsupported_options.h"

namespace antiphon {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration

`antiphon broker run --config FILE` reads one file in one of two dialects, told apart by its
content: the grammar of nats-server, or the `key = value` lines of a Choria `broker.conf`. The first
line with a key that only one of them knows decides. Everything that is wrong is reported at once,
each with `file:line:column`, and the broker does not start.

This page is written by the program itself (`options_markdown()`).

## The NATS dialect

`key = value`, `key: value` or `key value`; blocks in `{ }`, lists in `[ ]`; entries end at a new
line, `;` or `,`. Keys may be in any case. Comments begin with `#` or `//`. JSON is a part of this
grammar.

- Text needs quotes only if it holds blanks or any of `, ; ] } '`, or looks like something else. In
  `"..."` the escapes are `\" \\ \n \r \t \xHH`; in `'...'` there are none. `(` opens text of
  several lines, ended by a `)` alone on a line.
- Numbers may end in `k m g t p e` (thousands) or `kb ki kib`, `mb mi mib` ... (1024s). Without
  quotes `2m` is two million.
- Durations are quoted: `"2m"`, `"1.5s"`, `"50ms"`. A number means seconds.
- `$NAME` stands for a value that was set before it, in the same block or outward, else for an
  environment variable. A key that serves as a variable may have any name.
- `include "path"` reads another file in its place; the path is relative to the file that names it.

The path of an option joins its blocks with points: `tls.cert_file` is `cert_file` in the block
`tls`. The block `antiphon` is this broker's own: nats-server refuses a file that has it.

A file that nats-server takes may be refused here, because it would not do what it seems to say:

- a key without a value, a block that is not closed, a number that overflows;
- an empty user, token or list of users, a password without a user, a `no_auth_user` that is not in
  the list;
- `verify` without a `ca_file` (nats-server then trusts every public authority), `tls` without a
  certificate;
- a port above 65535, a negative size or duration (`max_payload = -1` too: there is always a limit),
  `max_payload` above `max_pending`, `http_port` beside `https_port`;
- a `client_advertise` that no client could use.

## Permissions

A user of the list may have `permissions`; `default_permissions` are for those that have none.

    permissions {
      publish   { allow: ["orders.>", "metrics.*"], deny: "orders.internal.>" }
      subscribe { allow: ["replies.joe.>", "work workers"], deny: [] }
      allow_responses: { max: 1, expires: "2m" }
    }

- A subject or a list instead of a block is what is allowed. Without `allow`, and where its list is
  empty, everything is allowed (an empty list is warned about); `deny: ">"` allows nothing. What is
  denied is denied whatever is allowed.
- A subject of `subscribe` may be followed by a queue, `"work v1.*"`: it is then about members of such
  groups only, and members of other groups may not subscribe to that subject.
- A wildcard may be subscribed to although some of it is denied: what is denied is not delivered.
- With `allow_responses` a client that gets a request may answer it on its reply subject, `max` times
  (negative: any number) within `expires` (negative: for ever). Without an `allow` list it may then
  publish nothing else.
- `pub`, `sub`, `import` and `export` are other names of the two sides.

A violation is answered with `-ERR 'Permissions Violation ...'` and logged; the connection stays. After
a reload, subscriptions that are not allowed any more end, with such an answer; the others stay.

## Sharing

Accounts share nothing unless one exports it and the other imports it.

    accounts {
      orders {
        users: [ { user: o, password: o } ]
        exports: [
          { stream: "events.>" }
          { service: "price.*", accounts: [shop], response_type: singleton, response_threshold: "2s" }
        ]
      }
      shop {
        users: [ { user: s, password: s } ]
        imports: [
          { stream: { account: orders, subject: "events.*.new" }, to: "new.$1" }
          { service: { account: orders, subject: "price.*" }, to: "ask.price.*", share: true }
        ]
      }
    }

- A `stream` is what the exporting account publishes; importing accounts subscribe to it as `to`, or as the same
  subject behind `prefix`. Members of a queue group are one group, in whichever account.
- A `service` is requests that importing accounts publish to `to`; the exporting account answers them. It sees a
  reply subject `_R_...` made for that request, never the requester's. `response_type` is `singleton` (one answer),
  `stream` or `chunked` (any number; an empty one is the last). Within `response_threshold` (2m) of the request, or of
  the last answer, the next has to come.
- `accounts` names those that may import it; without it everybody may. With `account_token_position: n` the n-th token of
  what is imported, a `*` of the export, must be the importer's name.
- `share: true` tells the service who asks, in the header `Nats-Request-Info`; otherwise it learns the account.
- `to` takes each `*` of the subject once, as `$1`, `{{wildcard(1)}}` or `*` in their order.

What is not exported, not exported to that account, imported twice, or closes a ring of imports is an error.

## Mappings

What clients publish to a subject of `mappings` goes to another one instead. At the top level they are for
everybody who is in no account of `accounts`.

    mappings {
      "orders.*.*": "shop.$2.{{wildcard(1)}}"
      "jobs.*": "jobs.{{partition(4,1)}}.$1"
      api: [ { destination: api.v1, weight: 90% }, { destination: api.v2, weight: 10% } ]
    }

- Functions: `wildcard(n)` or `$n`, `partition(buckets, n, ...)`, `split(n, text)`, `splitFromLeft(n, at)`,
  `splitFromRight`, `sliceFromLeft(n, size)`, `sliceFromRight`, `left(n, length)`, `right(n, length)`, `random(bound)`.
- What the weights leave of 100 keeps its subject; if the subject is a destination itself, it is lost.
- Permissions are about the subject that a message goes to.
- Mappings hold for what clients publish and for requests and answers of other accounts, not for answers of the server.

## Choria's dialect

One `key = value` on a line, comments on lines of their own, the last of equal keys counts. Files
`plugin.d/NAME.cfg` beside the main one put `plugin.NAME.` before their keys; only those of
`choria.cfg` set what is read here.

- `plugin.choria.broker_network` must be true. With `plugin.choria.broker_federation = true` too, the federation
  tier runs in the same process, and the keys of [federation.md](federation.md#setting-it-up) count; alone, it runs alone.
- TLS is always on. With `plugin.security.provider = file`, the three `plugin.security.file` keys name
  the files; with `puppet`, the default, they are `certs/IDENTITY.pem`, `private_keys/IDENTITY.pem` and
  `certs/ca.pem` below `plugin.choria.ssldir` (default `/etc/puppetlabs/puppet/ssl`); with `choria`, they
  are `plugin.security.choria.certificate`, `.key` and, if wanted, `.ca`. What the settings of another
  provider name is not used.
- Every client must show a certificate, unless something here lets clients in without one (issuers,
  signers, provisioning): then it may, and one that the authority does not vouch for is refused. Without an
  authority, and with `client_anon_tls` or `server_anon_tls`, nobody is asked for one.
- Who may log in, and what everybody may do then, is in [choria.md](choria.md#who-may-log-in).
- Issuers exclude signers and `plugin.security.choria.trusted_signers`.
- Without `identity` it is the host's name as the system tells it; DNS is not asked.
- `plugin.choria.stats_address` is the host of `http` (default 127.0.0.1). Up to 50000 clients may
  connect.
- `logfile` may also be `stdout`, `stderr` or `discard`.
- Booleans are `1 yes true y t` and `0 no false n f`. Durations are seconds, or `2s`, `1m30s`, `2d`,
  `1w`. Nothing may follow a value, comments neither.
- `plugin.NAME.anything` belongs to an agent and is accepted, unless NAME is one of Choria's own
  (choria, login, machines, nats, rpcaudit, scout, security, yaml), or this broker's (antiphon; Choria
  passes over these), or so near to one that it must be a slip of the pen.

Values that Choria cannot convert, unknown keys and lines that are no `key = value` are errors here;
Choria passes over them in silence.

## Options

An option without a name of its own is one of Choria's dialect only. "Reload" tells whether a new value is taken over on a reload (signal HUP). Other changes refuse the
reload as a whole.

)";

constexpr std::string_view kUnsupportedIntroduction = R"(
## Not supported yet

nats-server or Choria know these options. Here they are errors, so that nothing is left out in
silence; a value that leaves the feature off (`false`, `0`, empty, a block with `enabled: false`) is
accepted.

)";

constexpr std::string_view kNoEffectIntroduction = R"(
## Choria keys without effect

These are for other Choria programs that may share the file, or for the federation tier, or have nothing to set in this broker.

)";

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string default_text(const Option& option) {
  if (!option.default_note.empty()) return std::string(option.default_note);
  if (std::holds_alternative<std::monostate>(option.field)) return "";
  return option_value_text(option, BrokerOptions{});
}

void append_option(std::string& out, const Option& option) {
  out += "| " + (is_only_chorias(option) ? "" : code(option.name));
  std::string_view aliases = option.aliases;
  while (!aliases.empty()) out += ", " + code(take_word(aliases));
  out += " | " + (option.choria.empty() ? "" : code(option.choria));
  out += " | " + std::string(option_type_name(option.type));
  out += " | " + default_text(option);
  out += std::string(" | ") + (option.reloadable ? "yes" : "no");
  out += " | " + std::string(option.sentence) + " |\n";
}

}  // namespace

std::string options_markdown() {
  std::string out(kIntroduction);
  out += "| Option and its other names | Choria's key | Type | Default | Reload | Meaning |\n";
  out += "| --- | --- | --- | --- | --- | --- |\n";
  for (const Option& option : option_table()) append_option(out, option);
  out += kUnsupportedIntroduction;
  out += "| Option | Feature |\n| --- | --- |\n";
  for (const UnsupportedOption& option : unsupported_options()) {
    out += "| " + code(option.name) + " | " + std::string(option.feature) + " |\n";
  }
  out += kNoEffectIntroduction;
  for (std::string_view key : choria_keys_without_effect()) out += "- " + code(key) + "\n";
  return out;
}

}  // namespace antiphon
