// Publish and subscribe: subjects, wildcards, queue groups, headers, payload sizes, order.
import { bytes, check, connected, describe, expect, nats, take, text, two, within }
  from "./checks.mjs";

const MAX_PAYLOAD_BYTES = 1024 * 1024;
const ORDERED_MESSAGES = 100_000;
const PUBLISH_BATCH = 1_000;

// Nothing more is on its way: a round trip to the server brings no message.
async function expectQuiet(client, subscription, received, why) {
  await client.flush();
  expect(subscription.getReceived() === received, `a message arrived ${why}`);
}

check("connect.server_info", () =>
  connected("plain", {}, async (client) => {
    const info = client.info;
    expect(info.max_payload === MAX_PAYLOAD_BYTES, `max_payload ${info.max_payload}`);
    expect(info.headers === true, "INFO does not offer headers");
    for (const field of ["server_id", "server_name", "version", "go", "host", "port", "proto"]) {
      expect(field in info, `no ${field} in INFO`);
    }
    return client.getServer() && info.version;
  }));

check("publish.subscribe", () =>
  connected("plain", {}, async (client) => {
    const subscription = client.subscribe("greet");
    for (let n = 0; n < 10; n++) client.publish("greet", bytes(`hello ${n}`));
    const got = (await take(subscription, 10)).map((message) => text(message.data));
    expect(got.every((data, n) => data === `hello ${n}`), got);
  }));

check("publish.between_connections", () =>
  two("plain", async (one, other) => {
    const subscription = one.subscribe("news");
    await one.flush();
    other.publish("news", bytes("x"));
    expect(text((await take(subscription, 1))[0].data) === "x", "payload");
  }));

check("publish.empty_payload", () =>
  connected("plain", {}, async (client) => {
    const subscription = client.subscribe("empty");
    client.publish("empty");
    expect((await take(subscription, 1))[0].data.length === 0, "payload");
  }));

check("publish.binary_payload", () =>
  connected("plain", {}, async (client) => {
    const payload = Uint8Array.from([...Array(256).keys(), ...bytes("\r\nPING\r\n+OK\r\n")]);
    const subscription = client.subscribe("binary");
    client.publish("binary", payload);
    expect(Buffer.compare((await take(subscription, 1))[0].data, payload) === 0, "payload");
  }));

check("publish.reply_subject", () =>
  connected("plain", {}, async (client) => {
    const subscription = client.subscribe("ask");
    client.publish("ask", bytes("?"), { reply: "answer.here" });
    expect((await take(subscription, 1))[0].reply === "answer.here", "reply subject");
  }));

check("publish.utf8_subject", () =>
  connected("plain", {}, async (client) => {
    const subscription = client.subscribe("größe.*");
    client.publish("größe.東京", bytes("x"));
    expect((await take(subscription, 1))[0].subject === "größe.東京", "subject");
  }));

function wildcard(name, pattern, published, matching) {
  check(name, () =>
    connected("plain", {}, async (client) => {
      const subscription = client.subscribe(pattern);
      for (const subject of published) client.publish(subject);
      const got = (await take(subscription, matching.length)).map((message) => message.subject);
      expect(`${got}` === `${matching}`, got);
      await expectQuiet(client, subscription, matching.length, "that does not match");
    }));
}

const aroundToken = ["w.1.end", "w.1.2.end", "w.end", "w.2.end.more", "w.3.end"];
wildcard("wildcard.token", "w.*.end", aroundToken, ["w.1.end", "w.3.end"]);
const aroundTail = ["tail", "tail.1", "tail.1.2.3", "tailor.1"];
wildcard("wildcard.tail", "tail.>", aroundTail, ["tail.1", "tail.1.2.3"]);

check("subscribe.overlapping", () =>
  connected("plain", {}, async (client) => {
    const subjects = ["over.lap", "over.lap", "over.*", "over.>"];
    const subscriptions = subjects.map((subject) => client.subscribe(subject));
    client.publish("over.lap", bytes("x"));
    for (const subscription of subscriptions) {
      await take(subscription, 1);
      await expectQuiet(client, subscription, 1, "twice");
    }
  }));

check("subscribe.unsubscribe", () =>
  connected("plain", {}, async (client) => {
    let got = 0;
    const subscription = client.subscribe("gone", { callback: () => got++ });
    await client.flush();
    subscription.unsubscribe();
    client.publish("gone");
    await client.flush();
    expect(got === 0, "delivered after unsubscribe");
  }));

check("subscribe.auto_unsubscribe", () =>
  two("plain", async (client, other) => {
    const subscription = client.subscribe("five", { max: 5 });
    await client.flush();
    for (let n = 0; n < 10; n++) other.publish("five");
    await other.flush();
    await take(subscription, 5);
    await client.flush();
    const delivered = client.stats().inMsgs;
    expect(delivered === 5, `${delivered} messages reached the client`);
  }));

check("subscribe.many", () =>
  connected("plain", {}, async (client) => {
    const subscriptions = Array.from({ length: 5_000 }, (_, n) => client.subscribe(`many.${n}`));
    subscriptions.forEach((_, n) => client.publish(`many.${n}`, bytes(`${n}`)));
    for (const [n, subscription] of subscriptions.entries()) {
      expect(text((await take(subscription, 1))[0].data) === `${n}`, n);
    }
  }));

check("subscribe.fan_out", () =>
  connected("plain", {}, async (client) => {
    const subscriptions = Array.from({ length: 10 }, () => client.subscribe("fan"));
    for (let n = 0; n < 1_000; n++) client.publish("fan", bytes(`${n}`));
    for (const subscription of subscriptions) {
      const got = (await take(subscription, 1_000)).map((message) => Number(text(message.data)));
      expect(got.every((number, n) => number === n), "order");
    }
  }));

// How many of the messages each member got; members sit on two connections in turn.
async function queueCounts(groups, messages) {
  const counts = groups.map(() => 0);
  const expected = messages * new Set(groups).size;
  const total = () => counts.reduce((sum, count) => sum + count);
  await two("plain", async (one, other) => {
    let done;
    const all = new Promise((resolve) => (done = resolve));
    groups.forEach((queue, index) => {
      const callback = () => {
        counts[index]++;
        if (total() >= expected) done();
      };
      [one, other][index % 2].subscribe("work.*", { queue, callback });
    });
    await Promise.all([one.flush(), other.flush()]);
    for (let n = 0; n < messages; n++) one.publish(`work.${n}`);
    await within(all, "all messages");
    await Promise.all([one.flush(), other.flush()]);
  });
  return counts;
}

check("queue.exactly_once", async () => {
  const counts = await queueCounts(Array(4).fill("workers"), 1_000);
  expect(counts.reduce((sum, count) => sum + count) === 1_000 && Math.min(...counts) > 0, counts);
  return `${counts}`;
});

check("queue.two_groups", async () => {
  const counts = await queueCounts(["red", "red", "blue", "blue"], 500);
  expect(counts[0] + counts[1] === 500 && counts[2] + counts[3] === 500, counts);
});

check("queue.beside_plain_subscriber", () =>
  connected("plain", {}, async (client) => {
    const plain = client.subscribe("both");
    const members = Array.from({ length: 3 }, () => client.subscribe("both", { queue: "q" }));
    for (let n = 0; n < 100; n++) client.publish("both");
    await take(plain, 100);
    await client.flush();
    const got = members.reduce((sum, member) => sum + member.getReceived(), 0);
    expect(got === 100, `the group got ${got} of 100`);
  }));

check("echo.off", () =>
  connected("plain", { noEcho: true }, (client) =>
    connected("plain", {}, async (other) => {
      const own = client.subscribe("echo");
      const foreign = other.subscribe("echo");
      await other.flush();
      client.publish("echo");
      await take(foreign, 1);
      await expectQuiet(client, own, 0, "from itself");
    })));

check("headers.round_trip", () =>
  connected("plain", {}, async (client) => {
    const subscription = client.subscribe("headed");
    const headers = nats.headers();
    headers.append("Trace-Id", "abc 123");
    headers.append("x-lower", "a: b");
    headers.append("Many", "one");
    headers.append("Many", "two");
    client.publish("headed", bytes("body"), { headers });
    const message = (await take(subscription, 1))[0];
    expect(message.headers.get("Trace-Id") === "abc 123", "Trace-Id");
    expect(message.headers.get("x-lower") === "a: b", "x-lower");
    expect(`${message.headers.values("Many")}` === "one,two", message.headers.values("Many"));
    expect(text(message.data) === "body", "payload");
  }));

check("headers.without_payload", () =>
  connected("plain", {}, async (client) => {
    const subscription = client.subscribe("headed");
    const headers = nats.headers();
    headers.set("Only", "this");
    client.publish("headed", undefined, { headers });
    const message = (await take(subscription, 1))[0];
    expect(message.headers.get("Only") === "this" && message.data.length === 0, "message");
  }));

check("payload.at_max", () =>
  connected("plain", {}, async (client) => {
    const payload = new Uint8Array(MAX_PAYLOAD_BYTES).fill(0x5a);
    const subscription = client.subscribe("large");
    for (let n = 0; n < 5; n++) client.publish("large", payload);
    for (const message of await take(subscription, 5)) {
      expect(Buffer.compare(message.data, payload) === 0, `${message.data.length} bytes`);
    }
  }));

check("payload.over_max", () =>
  connected("plain", {}, async (client) => {
    try {
      client.publish("large", new Uint8Array(MAX_PAYLOAD_BYTES + 1));
    } catch (error) {
      expect(/max_?payload/i.test(describe(error)), describe(error));
      return;
    }
    throw new Error("accepted");
  }));

check("payload.limit_from_info", () =>
  connected("limited", {}, async (client) => {
    expect(client.info.max_payload === 1024, client.info.max_payload);
    const subscription = client.subscribe("small");
    client.publish("small", new Uint8Array(1024));
    await take(subscription, 1);
  }));

// Numbered messages from one connection reach another one in order, none missing.
export async function ordered(server, count, options) {
  await connected(server, options, (reader) =>
    connected(server, options, async (writer) => {
      let next = 0;
      const all = new Promise((resolve, reject) => {
        const callback = (_, message) => {
          const number = Number(text(message.data));
          if (number !== next++) reject(new Error(`${number} instead of ${next - 1}`));
          if (next === count) resolve();
        };
        reader.subscribe("ordered", { callback });
      });
      await reader.flush();
      for (let n = 0; n < count; n++) {
        writer.publish("ordered", bytes(`${n}`));
        if (n % PUBLISH_BATCH === 0) await writer.flush();
      }
      await within(all, `${count} messages`);
    }));
}

check("order.100k_messages", () => ordered("plain", ORDERED_MESSAGES, {}));
