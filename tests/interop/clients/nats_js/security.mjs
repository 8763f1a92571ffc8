// Users, tokens, TLS and mutual TLS: who gets in, who does not, and with which error.
import { readFileSync } from "node:fs";
import { bytes, check, connected, describe, expect, nats, take, world } from "./checks.mjs";
import { ordered } from "./messaging.mjs";

async function works(server, options) {
  await connected(server, options, async (client) => {
    const subscription = client.subscribe("inside");
    client.publish("inside", bytes("x"));
    await take(subscription, 1);
  });
}

async function refused(server, options, pattern) {
  try {
    await connected(server, options, (client) => client.flush());
  } catch (error) {
    expect(pattern.test(describe(error)), describe(error));
    return describe(error);
  }
  throw new Error("accepted");
}

const DENIED = /authorization/i;
const ca = { caFile: world("ca") };
const mutual = { ...ca, certFile: world("client.cert"), keyFile: world("client.key") };
const overTls = (server, tls) => ({ servers: `localhost:${world(`${server}.port`)}`, tls });

check("auth.user", () => works("user", { user: world("user"), pass: world("password") }));
check("auth.bcrypt_user", () =>
  works("user", { user: world("bcrypt_user"), pass: world("bcrypt_password") }));
check("auth.wrong_password", () => refused("user", { user: world("user"), pass: "wrong" }, DENIED));
check("auth.wrong_bcrypt_password", () =>
  refused("user", { user: world("bcrypt_user"), pass: "wrong" }, DENIED));
check("auth.missing", () => refused("user", {}, DENIED));
check("auth.token", () => works("token", { token: world("token") }));
check("auth.wrong_token", () => refused("token", { token: "wrong" }, DENIED));

const file = (name) => readFileSync(world(name));
const nkey = (name) => ({ authenticator: nats.nkeyAuthenticator(file(name)) });
const creds = (name) => ({ authenticator: nats.credsAuthenticator(file(name)) });
check("auth.nkey", () => works("nkey", nkey("nkey.seed")));
check("auth.nkey_unknown", () => refused("nkey", nkey("nkey.other"), DENIED));
check("auth.nkey_missing", () => refused("nkey", {}, DENIED));
check("auth.nkey_beside_password", () => works("nkey", { user: "pat", pass: "secret" }));
check("auth.jwt", () => works("jwt", creds("creds")));
check("auth.jwt_of_signing_key", () => works("jwt", creds("creds.signer")));
for (const wrong of ["stolen", "expired", "revoked", "stranger"]) {
  check(`auth.jwt_${wrong}`, () => refused("jwt", creds(`creds.${wrong}`), /authorization|expired/i));
}
check("auth.jwt_missing", () => refused("jwt", {}, DENIED));

check("tls.server", () => works("tls", overTls("tls", ca)));
check("tls.unknown_ca", () =>
  refused("tls", overTls("tls", { caFile: world("stranger_ca") }), /certificate/i));
check("tls.mutual", () => works("mtls", overTls("mtls", mutual)));
check("tls.mutual_without_certificate", () => refused("mtls", overTls("mtls", ca), /./));
check("tls.handshake_first", () =>
  works("tls_first", overTls("tls_first", { ...ca, handshakeFirst: true })));
check("tls.order", () => ordered("mtls", 20_000, overTls("mtls", mutual)));

check("tls.payload_at_max", () =>
  connected("mtls", overTls("mtls", mutual), async (client) => {
    const payload = new Uint8Array(1024 * 1024).fill(0xa5);
    const subscription = client.subscribe("large");
    for (let n = 0; n < 3; n++) client.publish("large", payload);
    for (const message of await take(subscription, 3)) {
      expect(Buffer.compare(message.data, payload) === 0, "payload");
    }
  }));
