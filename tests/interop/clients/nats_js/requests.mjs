// Request and reply, in all the ways it can end.
import { bytes, check, connected, DEADLINE_MS, describe, expect, nats, take, text, two }
  from "./checks.mjs";

const timeout = DEADLINE_MS;
const upper = (_, message) => message.respond(bytes(text(message.data).toUpperCase()));

check("request.reply", () =>
  two("plain", async (server, client) => {
    server.subscribe("service", { callback: upper });
    await server.flush();
    const reply = await client.request("service", bytes("help"), { timeout });
    expect(text(reply.data) === "HELP", text(reply.data));
  }));

check("request.concurrent", () =>
  two("plain", async (server, client) => {
    server.subscribe("service", { callback: upper });
    await server.flush();
    const numbers = [...Array(500).keys()];
    const replies = await Promise.all(
      numbers.map((n) => client.request("service", bytes(`n${n}`), { timeout })),
    );
    expect(replies.every((reply, n) => text(reply.data) === `N${n}`), "replies got mixed up");
  }));

check("request.old_style", () =>
  connected("plain", {}, async (client) => {
    client.subscribe("service", { callback: upper });
    for (let n = 0; n < 20; n++) {
      const reply = await client.request("service", bytes("a"), { timeout, noMux: true });
      expect(text(reply.data) === "A", text(reply.data));
    }
  }));

check("request.queue_service", () =>
  two("plain", async (server, client) => {
    const answered = [0, 0, 0];
    answered.forEach((_, member) => {
      const callback = (_, message) => {
        answered[member]++;
        message.respond();
      };
      server.subscribe("pool", { queue: "pool", callback });
    });
    await server.flush();
    for (let n = 0; n < 100; n++) await client.request("pool", undefined, { timeout });
    expect(answered.reduce((sum, count) => sum + count) === 100, answered);
  }));

check("request.headers", () =>
  connected("plain", {}, async (client) => {
    const callback = (_, message) => {
      const headers = nats.headers();
      headers.set("Seen", message.headers.get("Give"));
      message.respond(undefined, { headers });
    };
    client.subscribe("service", { callback });
    const headers = nats.headers();
    headers.set("Give", "v");
    const reply = await client.request("service", undefined, { timeout, headers });
    expect(reply.headers.get("Seen") === "v", "header of the reply");
  }));

async function failing(request, pattern) {
  try {
    await request;
  } catch (error) {
    expect(pattern.test(describe(error)), describe(error));
    return;
  }
  throw new Error("no error");
}

check("request.no_responders", () =>
  connected("plain", {}, (client) =>
    failing(client.request("nobody.here", undefined, { timeout }), /503|no responders/i)));

check("request.timeout", () =>
  connected("plain", {}, (client) => {
    client.subscribe("mute");
    return failing(client.request("mute", undefined, { timeout: 200 }), /timeout/i);
  }));

check("request.many_replies", () =>
  connected("plain", {}, async (client) => {
    for (const name of ["a", "b", "c"]) {
      client.subscribe("crowd", { callback: (_, message) => message.respond(bytes(name)) });
    }
    const inbox = nats.createInbox();
    const answers = client.subscribe(inbox);
    client.publish("crowd", undefined, { reply: inbox });
    const got = (await take(answers, 3)).map((message) => text(message.data)).sort();
    expect(`${got}` === "a,b,c", got);
  }));
