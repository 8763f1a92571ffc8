//! The frame of the async-nats program: a check is a future that fails with an error; results go to
//! the driver as lines.

use std::collections::HashMap;
use std::future::Future;
use std::path::PathBuf;
use std::time::Duration;
use std::{fs, io};

use async_nats::{Client, ConnectOptions, Error, Event, Message, Subscriber};
use futures_util::StreamExt;
use serde_json::{json, Value};
use tokio::sync::mpsc::{unbounded_channel, UnboundedReceiver};
use tokio::time::timeout;

pub const DEADLINE: Duration = Duration::from_secs(20);

pub type Outcome = Result<(), Error>;

/// Ports, files and secrets by name, from the driver's file.
pub struct World(HashMap<String, String>);

impl World {
    pub fn read(path: &str) -> Self {
        let text = fs::read_to_string(path).expect("the world file can be read");
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        World(
            pairs
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    pub fn get(&self, key: &str) -> &str {
        &self.0[key]
    }

    pub fn file(&self, key: &str) -> PathBuf {
        self.get(key).into()
    }

    pub fn url(&self, server: &str) -> String {
        format!("nats://127.0.0.1:{}", self.port(server))
    }

    pub fn tls_url(&self, server: &str) -> String {
        format!("tls://localhost:{}", self.port(server))
    }

    fn port(&self, server: &str) -> &str {
        self.get(&format!("{server}.port"))
    }

    pub async fn connect(&self, server: &str) -> Result<Client, Error> {
        Ok(ConnectOptions::new().connect(self.url(server)).await?)
    }
}

/// Runs one check and reports it.
pub async fn check(name: &str, body: impl Future<Output = Outcome>) {
    let outcome = timeout(3 * DEADLINE, body)
        .await
        .unwrap_or_else(|late| Err(late.into()));
    let detail = outcome
        .as_ref()
        .err()
        .map(ToString::to_string)
        .unwrap_or_default();
    tell(json!({"check": name, "ok": outcome.is_ok(), "detail": detail}));
}

pub fn need(ok: bool, detail: impl Into<String>) -> Outcome {
    if ok {
        return Ok(());
    }
    Err(detail.into().into())
}

/// Has the driver do something with a server.
pub fn ask(request: &str) -> Outcome {
    tokio::task::block_in_place(|| {
        tell(json!({"do": request}));
        let mut reply = String::new();
        io::stdin().read_line(&mut reply)?;
        need(reply.starts_with("ok"), format!("driver: {reply}"))
    })
}

fn tell(message: Value) {
    println!("{message}");
}

pub async fn next(subscription: &mut Subscriber) -> Result<Message, Error> {
    let message = timeout(DEADLINE, subscription.next()).await?;
    message.ok_or_else(|| "the subscription has ended".into())
}

/// A round trip by a subscription of its own: what is on its way to this client has come before.
pub async fn fence(client: &Client) -> Outcome {
    let subject = client.new_inbox();
    let mut own = client.subscribe(subject.clone()).await?;
    client.publish(subject, "".into()).await?;
    next(&mut own).await.map(drop)
}

/// What the client tells while it works.
pub struct Events(UnboundedReceiver<Event>);

impl Events {
    pub fn of(options: ConnectOptions) -> (ConnectOptions, Self) {
        let (sender, receiver) = unbounded_channel();
        let options = options.event_callback(move |event| {
            let sender = sender.clone();
            async move {
                // Nobody may listen any more.
                let _ = sender.send(event);
            }
        });
        (options, Events(receiver))
    }

    pub async fn wait(&mut self, wanted: impl Fn(&Event) -> bool) -> Outcome {
        timeout(DEADLINE, async {
            while let Some(event) = self.0.recv().await {
                if wanted(&event) {
                    return Ok(());
                }
            }
            Err("no more events".into())
        })
        .await?
    }
}
