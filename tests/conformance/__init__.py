"""One transcript, played to a real nats-server and to ours, and compared. See README.md."""
