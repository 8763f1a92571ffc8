// Flush, drain, reconnect, lame duck, slow consumers, limits of the server.
import { address, ask, bytes, check, connected, describe, event, expect, nats, take, text, two,
  until, within } from "./checks.mjs";

const RECONNECT = { reconnect: true, maxReconnectAttempts: -1, reconnectTimeWait: 50 };

check("flush.round_trip", () =>
  connected("plain", {}, async (client) => {
    await client.flush();
    return `${await client.rtt()} ms`;
  }));

check("drain.subscription", () =>
  connected("plain", {}, async (client) => {
    let got = 0;
    const subscription = client.subscribe("drained", { callback: () => got++ });
    for (let n = 0; n < 50; n++) client.publish("drained");
    await subscription.drain();
    expect(got === 50, `${got} of 50 handled before the drain ended`);
    client.publish("drained");
    await client.flush();
    expect(got === 50, "delivered after the drain");
  }));

check("drain.connection", () =>
  two("plain", async (sender, watcher) => {
    const client = await nats.connect({ servers: address("plain"), reconnect: false });
    const received = watcher.subscribe("passed.on");
    await watcher.flush();
    client.subscribe("work", { callback: () => client.publish("passed.on") });
    await client.flush();
    for (let n = 0; n < 100; n++) sender.publish("work");
    await sender.flush();
    await client.drain();
    expect(client.isClosed(), "not closed after the drain");
    await take(received, 100);
  }));

check("reconnect.subscriptions_restored", () =>
  connected("volatile", RECONNECT, async (client) => {
    const plain = client.subscribe("kept.*");
    const member = client.subscribe("shared", { queue: "q" });
    const limited = client.subscribe("counted", { max: 3 });
    client.publish("counted");
    await take(limited, 1);
    const back = event(client, "reconnect");
    await ask("restart volatile");
    await back;
    await until(() => !client.isClosed(), "open");
    await client.flush();
    await connected("volatile", {}, async (other) => {
      other.publish("kept.1", bytes("after"));
      other.publish("shared", bytes("after"));
      for (let n = 0; n < 5; n++) other.publish("counted");
      await other.flush();
    });
    expect(text((await take(plain, 1))[0].data) === "after", "payload");
    expect(text((await take(member, 1))[0].data) === "after", "payload");
    await take(limited, 2);
  }));

check("reconnect.off_closes", () =>
  connected("volatile", {}, async (client) => {
    const closed = client.closed();
    await ask("restart volatile");
    await within(closed, "closed");
    expect(client.isClosed(), "not closed");
  }));

check("lame_duck.moves_to_another_server", () => {
  const servers = [address("duck"), address("plain")];
  return connected("duck", { ...RECONNECT, servers, noRandomize: true }, async (client) => {
    const subscription = client.subscribe("moving");
    await client.flush();
    const notice = event(client, "ldm");
    await ask("lame-duck duck");
    await notice;
    await until(() => client.getServer() === address("plain"), "connected to the other server");
    client.publish("moving", bytes("x"));
    await take(subscription, 1);
  });
});

// Only the newer generation tells about its own slow subscriptions, and has a class for each error.
if (nats.errors) {
  check("slow_consumer.in_the_client", () =>
    connected("plain", {}, async (client) => {
      const slow = event(client, "slow");
      const subscription = client.subscribe("flood", { slow: 10 });
      for (let n = 0; n < 100; n++) client.publish("flood");
      await client.flush();
      await take(subscription, 1);
      await slow;
    }));
}

check("slow_consumer.stalled_reader_is_closed", () =>
  connected("slow", {}, async (client) => {
    await ask("stall slow flood");
    const chunk = new Uint8Array(64 * 1024);
    for (let n = 0; n < 256; n++) {
      client.publish("flood", chunk);
      await client.flush();
    }
    return ask("closed-reason slow Slow");
  }));

// Refused; which error the client sees depends on whether it still writes when the server closes.
check("limits.max_connections", () =>
  two("crowded", async () => {
    let third;
    try {
      third = await nats.connect({ servers: address("crowded"), reconnect: false });
      await third.flush();
    } catch {
      return ask("closed-reason crowded Maximum");
    }
    await third.close();
    throw new Error("a third connection was accepted");
  }));

// The older generation tells only the code of the error, the newer one the server's words.
check("limits.max_subscriptions", () =>
  connected("limited", {}, async (client) => {
    const told = event(client, "error");
    for (let n = 0; n < 6; n++) client.subscribe(`s.${n}`);
    const { error, data } = await told;
    const said = error ? describe(error) : data;
    expect(/maximum subscriptions exceeded|^NATS_PROTOCOL_ERR$/i.test(said), said);
  }));
