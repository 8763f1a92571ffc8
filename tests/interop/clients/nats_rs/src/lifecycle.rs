//! Drain, reconnect, lame duck, slow consumers, limits of the server.

use std::time::Duration;

use async_nats::{ConnectOptions, Event, ServerAddr, ServerError};

use crate::checks::{ask, check, fence, need, next, Events, Outcome, World};

pub async fn run(world: &World) {
    check("drain.subscription", drain_subscription(world)).await;
    check("drain.connection", drain_connection(world)).await;
    check(
        "reconnect.subscriptions_restored",
        subscriptions_restored(world),
    )
    .await;
    check(
        "reconnect.publishes_are_buffered",
        publishes_are_buffered(world),
    )
    .await;
    check("lame_duck.moves_to_another_server", lame_duck(world)).await;
    check("slow_consumer.in_the_client", slow_in_the_client(world)).await;
    check(
        "slow_consumer.stalled_reader_is_closed",
        stalled_reader(world),
    )
    .await;
    check("limits.max_connections", max_connections(world)).await;
    check("limits.max_subscriptions", max_subscriptions(world)).await;
}

fn reconnecting() -> ConnectOptions {
    ConnectOptions::new().reconnect_delay_callback(|_| Duration::from_millis(50))
}

async fn drain_subscription(world: &World) -> Outcome {
    let client = world.connect("plain").await?;
    let mut subscription = client.subscribe("drained").await?;
    for _ in 0..50 {
        client.publish("drained", "".into()).await?;
    }
    fence(&client).await?;
    subscription.drain().await?;
    for _ in 0..50 {
        next(&mut subscription).await?;
    }
    client.publish("drained", "".into()).await?;
    need(
        next(&mut subscription).await.is_err(),
        "delivered after the drain",
    )
}

async fn drain_connection(world: &World) -> Outcome {
    let (options, mut events) = Events::of(ConnectOptions::new());
    let client = options.connect(world.url("plain")).await?;
    let mut subscription = client.subscribe("work").await?;
    for _ in 0..100 {
        client.publish("work", "".into()).await?;
    }
    fence(&client).await?;
    client.drain().await?;
    for _ in 0..100 {
        next(&mut subscription).await?;
    }
    events.wait(|event| *event == Event::Closed).await
}

async fn subscriptions_restored(world: &World) -> Outcome {
    let (options, mut events) = Events::of(reconnecting());
    let client = options.connect(world.url("volatile")).await?;
    events.wait(|event| *event == Event::Connected).await?;
    let mut plain = client.subscribe("kept.*").await?;
    let mut member = client.queue_subscribe("shared", "q".into()).await?;
    let mut limited = client.subscribe("counted").await?;
    limited.unsubscribe_after(3).await?;
    client.publish("counted", "".into()).await?;
    next(&mut limited).await?;
    ask("restart volatile")?;
    events.wait(|event| *event == Event::Connected).await?;
    client.publish("kept.1", "after".into()).await?;
    client.publish("shared", "after".into()).await?;
    for _ in 0..5 {
        client.publish("counted", "".into()).await?;
    }
    need(next(&mut plain).await?.payload == "after", "payload")?;
    need(next(&mut member).await?.payload == "after", "payload")?;
    next(&mut limited).await?;
    next(&mut limited).await?;
    need(next(&mut limited).await.is_err(), "a fourth came")
}

async fn publishes_are_buffered(world: &World) -> Outcome {
    let (options, mut events) = Events::of(reconnecting());
    let client = options.connect(world.url("volatile")).await?;
    let mut subscription = client.subscribe("buffered").await?;
    fence(&client).await?;
    ask("stop volatile")?;
    events.wait(|event| *event == Event::Disconnected).await?;
    for number in 0..10 {
        client
            .publish("buffered", number.to_string().into())
            .await?;
    }
    ask("start volatile")?;
    events.wait(|event| *event == Event::Connected).await?;
    for number in 0..10 {
        let got = next(&mut subscription).await?.payload;
        need(
            got == number.to_string(),
            format!("{got:?} instead of {number}"),
        )?;
    }
    Ok(())
}

async fn lame_duck(world: &World) -> Outcome {
    let (options, mut events) = Events::of(reconnecting().retain_servers_order());
    let servers: Vec<ServerAddr> = vec![world.url("duck").parse()?, world.url("plain").parse()?];
    let client = options.connect(servers).await?;
    let mut subscription = client.subscribe("moving").await?;
    events.wait(|event| *event == Event::Connected).await?;
    fence(&client).await?;
    ask("lame-duck duck")?;
    events.wait(|event| *event == Event::LameDuckMode).await?;
    events.wait(|event| *event == Event::Connected).await?;
    let port = client.server_info().port.to_string();
    need(
        port == world.get("plain.port"),
        format!("connected to {port}"),
    )?;
    client.publish("moving", "".into()).await?;
    next(&mut subscription).await.map(drop)
}

async fn slow_in_the_client(world: &World) -> Outcome {
    let (options, mut events) = Events::of(ConnectOptions::new().subscription_capacity(10));
    let client = options.connect(world.url("plain")).await?;
    let _unread = client.subscribe("flood").await?;
    for _ in 0..100 {
        client.publish("flood", "".into()).await?;
    }
    events
        .wait(|event| matches!(event, Event::SlowConsumer(_)))
        .await
}

async fn stalled_reader(world: &World) -> Outcome {
    let client = world.connect("slow").await?;
    ask("stall slow flood")?;
    for _ in 0..256 {
        client
            .publish("flood", vec![b'x'; 64 * 1024].into())
            .await?;
        client.flush().await?;
    }
    ask("closed-reason slow Slow")
}

/// The client's error depends on whether it still writes when the server closes.
async fn max_connections(world: &World) -> Outcome {
    let one = world.connect("crowded").await?;
    let two = world.connect("crowded").await?;
    let third = world.connect("crowded").await;
    need(third.is_err(), "a third connection was accepted")?;
    ask("closed-reason crowded Maximum")?;
    fence(&one).await?;
    fence(&two).await
}

async fn max_subscriptions(world: &World) -> Outcome {
    let (options, mut events) = Events::of(ConnectOptions::new());
    let client = options.connect(world.url("limited")).await?;
    let mut subscriptions = Vec::new();
    for number in 0..6 {
        subscriptions.push(client.subscribe(format!("s.{number}")).await?);
    }
    events
        .wait(|event| match event {
            Event::ServerError(ServerError::Other(said)) => said
                .to_lowercase()
                .contains("maximum subscriptions exceeded"),
            _ => false,
        })
        .await?;
    client.publish("s.4", "".into()).await?;
    next(&mut subscriptions[4]).await.map(drop)
}
