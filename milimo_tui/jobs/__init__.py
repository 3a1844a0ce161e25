"""The job system: queue, supervisor, workers, events and the client. A job can carry any engine's spec.

The package knows nothing about films: `studio` hands in the code that files a job's result. May import
`engines`, `store`, `core`.
"""
