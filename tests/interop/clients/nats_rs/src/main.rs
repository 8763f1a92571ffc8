//! Works through what async-nats offers of the core protocol. Argument: the driver's world file.

mod checks;
mod lifecycle;
mod messaging;
mod requests;
mod security;

#[tokio::main]
async fn main() {
    let path = std::env::args()
        .nth(1)
        .expect("the driver's world file is the argument");
    let world = checks::World::read(&path);
    messaging::run(&world).await;
    requests::run(&world).await;
    lifecycle::run(&world).await;
    security::run(&world).await;
}
