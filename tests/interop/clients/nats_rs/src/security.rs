//! Users, tokens, keys, JWTs, TLS and mutual TLS: who gets in, who does not, and with which error.

use async_nats::{ConnectErrorKind, ConnectOptions, Error};

use crate::checks::{check, need, next, Outcome, World};
use crate::messaging::ordered;

pub async fn run(world: &World) {
    users(world).await;
    keys(world).await;
    tls(world).await;
}

fn user(name: &str, password: &str) -> ConnectOptions {
    ConnectOptions::with_user_and_password(name.to_owned(), password.to_owned())
}

async fn users(world: &World) {
    let (plain, bcrypt) = (world.get("user"), world.get("bcrypt_user"));
    let right = user(plain, world.get("password"));
    check("auth.user", works(world.url("user"), right)).await;
    let right = user(bcrypt, world.get("bcrypt_password"));
    check("auth.bcrypt_user", works(world.url("user"), right)).await;
    check(
        "auth.wrong_password",
        denied(world, "user", user(plain, "wrong")),
    )
    .await;
    check(
        "auth.wrong_bcrypt_password",
        denied(world, "user", user(bcrypt, "wrong")),
    )
    .await;
    check("auth.missing", denied(world, "user", ConnectOptions::new())).await;
    let right = ConnectOptions::with_token(world.get("token").to_owned());
    check("auth.token", works(world.url("token"), right)).await;
    let wrong = ConnectOptions::with_token("wrong".to_owned());
    check("auth.wrong_token", denied(world, "token", wrong)).await;
}

async fn keys(world: &World) {
    check("auth.nkey", async {
        works(world.url("nkey"), nkey(world, "nkey.seed")?).await
    })
    .await;
    check("auth.nkey_unknown", async {
        denied(world, "nkey", nkey(world, "nkey.other")?).await
    })
    .await;
    check(
        "auth.nkey_missing",
        denied(world, "nkey", ConnectOptions::new()),
    )
    .await;
    check(
        "auth.nkey_beside_password",
        works(world.url("nkey"), user("pat", "secret")),
    )
    .await;
    for (name, file) in [
        ("auth.jwt", "creds"),
        ("auth.jwt_of_signing_key", "creds.signer"),
    ] {
        check(name, async {
            let options = ConnectOptions::with_credentials_file(world.file(file)).await?;
            works(world.url("jwt"), options).await
        })
        .await;
    }
    for wrong in ["stolen", "expired", "revoked", "stranger"] {
        check(&format!("auth.jwt_{wrong}"), async {
            let file = world.file(&format!("creds.{wrong}"));
            let options = ConnectOptions::with_credentials_file(file).await?;
            denied(world, "jwt", options).await
        })
        .await;
    }
    check(
        "auth.jwt_missing",
        denied(world, "jwt", ConnectOptions::new()),
    )
    .await;
}

fn nkey(world: &World, name: &str) -> Result<ConnectOptions, Error> {
    let seed = std::fs::read_to_string(world.get(name))?;
    Ok(ConnectOptions::with_nkey(seed.trim().to_owned()))
}

async fn tls(world: &World) {
    let plain = || {
        ConnectOptions::new()
            .add_root_certificates(world.file("ca"))
            .require_tls(true)
    };
    let mutual =
        || plain().add_client_certificate(world.file("client.cert"), world.file("client.key"));
    check("tls.server", works(world.tls_url("tls"), plain())).await;
    let stranger = ConnectOptions::new().add_root_certificates(world.file("stranger_ca"));
    check("tls.unknown_ca", refused(world.tls_url("tls"), stranger)).await;
    check("tls.mutual", works(world.tls_url("mtls"), mutual())).await;
    check(
        "tls.mutual_without_certificate",
        refused(world.tls_url("mtls"), plain()),
    )
    .await;
    check(
        "tls.handshake_first",
        works(world.tls_url("tls_first"), plain().tls_first()),
    )
    .await;
    check("tls.order", async {
        ordered(mutual().connect(world.tls_url("mtls")).await?, 20_000).await
    })
    .await;
}

async fn works(url: String, options: ConnectOptions) -> Outcome {
    let client = options.connect(url).await?;
    let mut subscription = client.subscribe("inside").await?;
    client.publish("inside", "x".into()).await?;
    next(&mut subscription).await.map(drop)
}

async fn denied(world: &World, server: &str, options: ConnectOptions) -> Outcome {
    let kind = options
        .connect(world.url(server))
        .await
        .err()
        .map(|error| error.kind());
    need(
        kind == Some(ConnectErrorKind::AuthorizationViolation),
        format!("{kind:?}"),
    )
}

async fn refused(url: String, options: ConnectOptions) -> Outcome {
    need(options.connect(url).await.is_err(), "accepted")
}
