"""Facts over Redis Streams."""
