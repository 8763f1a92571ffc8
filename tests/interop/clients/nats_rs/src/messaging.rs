//! Publish and subscribe: subjects, wildcards, queue groups, headers, payload sizes, order.

use async_nats::{Client, ConnectOptions, Error, HeaderMap, PublishErrorKind};
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::FutureExt;
use futures_util::StreamExt;

use crate::checks::{check, fence, need, next, Outcome, World};

const MAX_PAYLOAD_BYTES: usize = 1024 * 1024;
const ORDERED_MESSAGES: usize = 100_000;

pub async fn run(world: &World) {
    check("connect.server_info", server_info(world)).await;
    let payload = Bytes::from_static(b"hello");
    check("publish.subscribe", arrives(world, "greet", payload)).await;
    check(
        "publish.empty_payload",
        arrives(world, "empty", Bytes::new()),
    )
    .await;
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice(b"\r\nPING\r\n+OK\r\n");
    check(
        "publish.binary_payload",
        arrives(world, "binary", bytes.into()),
    )
    .await;
    check("publish.utf8_subject", utf8_subject(world)).await;
    let published = ["w.1.end", "w.1.2.end", "w.end", "w.2.end.more", "w.3.end"];
    check(
        "wildcard.token",
        wildcard(world, "w.*.end", &published, &["w.1.end", "w.3.end"]),
    )
    .await;
    let published = ["tail", "tail.1", "tail.1.2.3", "tailor.1"];
    check(
        "wildcard.tail",
        wildcard(world, "tail.>", &published, &["tail.1", "tail.1.2.3"]),
    )
    .await;
    check("subscribe.auto_unsubscribe", auto_unsubscribe(world)).await;
    check("queue.beside_plain_subscriber", queue_beside_plain(world)).await;
    check("echo.off", echo_off(world)).await;
    check("headers.round_trip", headers(world)).await;
    let payload = Bytes::from(vec![0x5a; MAX_PAYLOAD_BYTES]);
    check("payload.at_max", arrives(world, "large", payload)).await;
    check("payload.over_max", over_max(world)).await;
    check("payload.limit_from_info", limit_from_info(world)).await;
    check("order.100k_messages", async {
        let options = ConnectOptions::new().subscription_capacity(ORDERED_MESSAGES);
        ordered(options.connect(world.url("plain")).await?, ORDERED_MESSAGES).await
    })
    .await;
}

async fn server_info(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    let info = client.server_info();
    need(
        info.max_payload == MAX_PAYLOAD_BYTES,
        format!("max_payload {}", info.max_payload),
    )?;
    need(info.version.starts_with("2."), info.version.clone())?;
    need(info.headers, "INFO does not offer headers")?;
    need(!info.server_id.is_empty() && info.client_id > 0, "no ids")
}

async fn arrives(world: &World, subject: &'static str, payload: Bytes) -> Outcome {
    let client = world.connect("plain").await?;
    let mut subscription = client.subscribe(subject).await?;
    for _ in 0..3 {
        client.publish(subject, payload.clone()).await?;
    }
    for _ in 0..3 {
        need(
            next(&mut subscription).await?.payload == payload,
            "payload differs",
        )?;
    }
    Ok(())
}

async fn utf8_subject(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    let mut subscription = client.subscribe("größe.*").await?;
    client.publish("größe.東京", "x".into()).await?;
    need(
        next(&mut subscription).await?.subject.as_str() == "größe.東京",
        "subject",
    )
}

async fn wildcard(
    world: &World,
    pattern: &'static str,
    published: &[&'static str],
    matching: &[&str],
) -> Outcome {
    let client = world.connect("plain").await?;
    let mut subscription = client.subscribe(pattern).await?;
    for &subject in published {
        client.publish(subject, "".into()).await?;
    }
    for &subject in matching {
        let got = next(&mut subscription).await?.subject;
        need(
            got.as_str() == subject,
            format!("{got} instead of {subject}"),
        )?;
    }
    fence(&client).await?;
    need(
        subscription.next().now_or_never().is_none(),
        "one that does not match came",
    )
}

async fn auto_unsubscribe(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    let mut subscription = client.subscribe("five").await?;
    subscription.unsubscribe_after(5).await?;
    for _ in 0..10 {
        client.publish("five", "".into()).await?;
    }
    for _ in 0..5 {
        next(&mut subscription).await?;
    }
    need(next(&mut subscription).await.is_err(), "a sixth came")
}

async fn queue_beside_plain(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    let mut plain = client.subscribe("both").await?;
    let joining = (0..3).map(|_| client.queue_subscribe("both", "q".into()));
    let members = join_all(joining)
        .await
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    for _ in 0..100 {
        client.publish("both", "".into()).await?;
    }
    for _ in 0..100 {
        next(&mut plain).await?;
    }
    fence(&client).await?;
    let mut got = 0;
    for mut member in members {
        while member.next().now_or_never().flatten().is_some() {
            got += 1;
        }
    }
    need(got == 100, format!("the group got {got} of 100"))
}

async fn echo_off(world: &World) -> Outcome {
    let client = ConnectOptions::new()
        .no_echo()
        .connect(world.url("plain"))
        .await?;
    let mut own = client.subscribe("echo").await?;
    client.publish("echo", "".into()).await?;
    // The answer that nobody serves this comes behind what was published before.
    let answer = client.request("nobody.here", "".into()).await;
    need(answer.is_err(), "somebody answered")?;
    need(own.next().now_or_never().is_none(), "its own message came")
}

async fn headers(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    let mut subscription = client.subscribe("headed").await?;
    let mut headers = HeaderMap::new();
    headers.insert("Trace-Id", "abc 123");
    headers.append("Many", "one");
    headers.append("Many", "two");
    client
        .publish_with_headers("headed", headers.clone(), "body".into())
        .await?;
    let got = next(&mut subscription).await?;
    need(got.headers == Some(headers), format!("{:?}", got.headers))?;
    need(got.payload == "body", "payload")
}

async fn over_max(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    let refused = client
        .publish("large", vec![0; MAX_PAYLOAD_BYTES + 1].into())
        .await;
    let kind = refused.err().map(|error| error.kind());
    need(
        kind == Some(PublishErrorKind::MaxPayloadExceeded),
        format!("{kind:?}"),
    )
}

async fn limit_from_info(world: &World) -> Outcome {
    let client = world.connect("limited").await?;
    need(
        client.max_payload() == 1024,
        format!("{}", client.max_payload()),
    )?;
    let mut subscription = client.subscribe("small").await?;
    client.publish("small", vec![b'x'; 1024].into()).await?;
    next(&mut subscription).await.map(drop)
}

/// Numbered messages arrive in order, none missing.
pub async fn ordered(client: Client, count: usize) -> Result<(), Error> {
    let mut subscription = client.subscribe("ordered").await?;
    let writer = client.clone();
    let writing = tokio::spawn(async move {
        for number in 0..count {
            writer.publish("ordered", number.to_string().into()).await?;
        }
        Ok::<(), Error>(())
    });
    for number in 0..count {
        let got = next(&mut subscription).await?.payload;
        need(
            got == number.to_string(),
            format!("{got:?} instead of {number}"),
        )?;
    }
    writing.await?
}
