"""The durable job queue: requested changes, claims by workers, the ends of attempts, and the publishing of
results. Begin with `queue`.
"""
