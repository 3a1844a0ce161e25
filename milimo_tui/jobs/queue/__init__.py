"""The durable queue: clients' orders, claims, the ends of attempts, and publishing. Begin with `queue`."""
