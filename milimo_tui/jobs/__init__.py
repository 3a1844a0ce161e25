"""Run jobs: the queue, the supervisor, the workers, their events and the client. A job can carry the spec of
any engine.

The package knows nothing about films. The package `studio` provides the code that adds a job's result to its
film. May import `engines`, `store`, `core`.
"""
