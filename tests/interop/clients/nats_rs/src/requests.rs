//! Request and reply, in all the ways it can end.

use std::time::Duration;

use async_nats::client::Request;
use async_nats::{Client, Error, HeaderMap, RequestErrorKind};
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::StreamExt;

use crate::checks::{check, need, next, Outcome, World};

pub async fn run(world: &World) {
    check("request.reply", reply(world)).await;
    check("request.concurrent", concurrent(world)).await;
    check("request.headers", headers(world)).await;
    check("request.no_responders", async {
        let answer = world
            .connect("plain")
            .await?
            .request("nobody.here", "".into())
            .await;
        ends_with(
            answer.err().map(|error| error.kind()),
            RequestErrorKind::NoResponders,
        )
    })
    .await;
    check("request.timeout", async {
        let client = world.connect("plain").await?;
        let _mute = client.subscribe("mute").await?;
        let request = Request::new().timeout(Some(Duration::from_millis(200)));
        let answer = client.send_request("mute", request).await;
        ends_with(
            answer.err().map(|error| error.kind()),
            RequestErrorKind::TimedOut,
        )
    })
    .await;
    check("request.many_replies", many_replies(world)).await;
}

fn ends_with(kind: Option<RequestErrorKind>, wanted: RequestErrorKind) -> Outcome {
    need(kind == Some(wanted), format!("{kind:?}"))
}

/// Answers with the request in capital letters, and with its headers.
async fn serve(client: &Client, subject: &'static str) -> Result<(), Error> {
    let mut subscription = client.subscribe(subject).await?;
    let client = client.clone();
    tokio::spawn(async move {
        while let Some(message) = subscription.next().await {
            let Some(reply) = message.reply else { continue };
            let headers = message.headers.unwrap_or_default();
            let payload = Bytes::from(message.payload.to_ascii_uppercase());
            if client
                .publish_with_headers(reply, headers, payload)
                .await
                .is_err()
            {
                return;
            }
        }
    });
    Ok(())
}

async fn reply(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    serve(&client, "service").await?;
    let reply = client.request("service", "help".into()).await?;
    need(reply.payload == "HELP", format!("{:?}", reply.payload))
}

async fn concurrent(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    serve(&client, "service").await?;
    let requests = (0..500).map(|n| client.request("service", format!("n{n}").into()));
    for (n, reply) in join_all(requests).await.into_iter().enumerate() {
        need(
            reply?.payload == format!("N{n}"),
            format!("the reply to n{n}"),
        )?;
    }
    Ok(())
}

async fn headers(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    serve(&client, "service").await?;
    let mut headers = HeaderMap::new();
    headers.insert("Give", "v");
    let reply = client
        .request_with_headers("service", headers.clone(), "".into())
        .await?;
    need(
        reply.headers == Some(headers),
        format!("{:?}", reply.headers),
    )
}

async fn many_replies(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    for _ in 0..3 {
        serve(&client, "crowd").await?;
    }
    let inbox = client.new_inbox();
    let mut answers = client.subscribe(inbox.clone()).await?;
    client
        .publish_with_reply("crowd", inbox, "a".into())
        .await?;
    for _ in 0..3 {
        need(next(&mut answers).await?.payload == "A", "payload")?;
    }
    Ok(())
}
