// The frame of the nats.js programs: a check is an async function; results go to the driver line by
// line.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import path from "node:path";

export const DEADLINE_MS = 20_000;
const POLL_MS = 5;
const registered = [];
const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// The package is installed elsewhere, so it is looked up from there. Both generations of nats.js
// offer connect, headers and createInbox under the same names.
const [, , packages, name, worldFile] = process.argv;
export const nats = createRequire(path.join(packages, "/"))(name);

const values = new Map(
  readFileSync(worldFile, "utf8").trimEnd().split("\n").map((line) => {
    const space = line.indexOf(" ");
    return [line.slice(0, space), line.slice(space + 1)];
  }),
);

export const world = (key) => values.get(key);
export const address = (server) => `127.0.0.1:${world(`${server}.port`)}`;
export const bytes = (text) => new TextEncoder().encode(text);
export const text = (data) => new TextDecoder().decode(data);

export function check(checkName, body) {
  registered.push([checkName, body]);
}

export function expect(condition, detail) {
  if (!condition) throw new Error(`expected otherwise: ${detail}`);
}

export function describe(error) {
  const parts = [error?.name, error?.code, error?.message, error?.cause?.message];
  return parts.filter(Boolean).join(" ");
}

function tell(message) {
  process.stdout.write(JSON.stringify(message) + "\n");
}

// Has the driver do something with a server; returns its answer.
export async function ask(request) {
  tell({ do: request });
  const { value = "" } = await answers.next();
  expect(value.startsWith("ok"), `driver: ${value}`);
  return value.slice(3);
}

export async function within(promise, what, deadlineMs = DEADLINE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Polls what the library offers no event for.
export async function until(condition, what) {
  const end = Date.now() + DEADLINE_MS;
  while (!condition()) {
    expect(Date.now() < end, `${what}: not within ${DEADLINE_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

// Runs the body with a connection that is closed afterwards.
export async function connected(server, options, body) {
  const client = await nats.connect({ servers: address(server), reconnect: false, ...options });
  try {
    return await body(client);
  } finally {
    await client.close();
  }
}

export async function two(server, body) {
  await connected(server, {}, (one) => connected(server, {}, (other) => body(one, other)));
}

// The library gives out the iterator of a subscription only once.
const iterators = new WeakMap();

function iterate(subscription) {
  if (!iterators.has(subscription)) {
    iterators.set(subscription, subscription[Symbol.asyncIterator]());
  }
  return iterators.get(subscription);
}

// The next `count` messages of a subscription.
export async function take(subscription, count) {
  const messages = [];
  const read = async () => {
    while (messages.length < count) {
      const { value, done } = await iterate(subscription).next();
      expect(!done, "the subscription ended");
      messages.push(value);
    }
  };
  await within(read(), `${count} messages (${subscription.getSubject()})`);
  return messages;
}

// Waits for the first status event of that type.
export function event(client, type) {
  const watch = async () => {
    for await (const status of client.status()) {
      const said = status.type.toLowerCase();
      // An attempt ("reconnecting") may still fail.
      if (said.includes(type) && said !== "reconnecting") return status;
    }
    throw new Error(`closed before ${type}`);
  };
  const found = watch();
  found.catch(() => {});
  return within(found, `event ${type}`);
}

export async function runAll() {
  for (const [checkName, body] of registered) {
    try {
      const detail = await within(Promise.resolve(body()), checkName, 3 * DEADLINE_MS);
      tell({ check: checkName, ok: true, detail: detail ?? "" });
    } catch (error) {
      tell({ check: checkName, ok: false, detail: describe(error) });
    }
  }
}
