"""The durable queue: orders, claims, ends, publishing. Begin with `queue`."""
