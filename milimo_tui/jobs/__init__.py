"""The job system: queue, supervisor, workers, events and the client. Carries any engine's spec.

Knows nothing of films: what happens to a result is handed in by `studio`.
May import `engines`, `store`, `core`.
"""
