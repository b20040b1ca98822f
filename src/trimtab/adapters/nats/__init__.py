"""Facts over NATS JetStream."""
