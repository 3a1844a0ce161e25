"""The value types of the job system: states of jobs, the views that clients get, clients' requests, and the
retry rules.

Every module except `workspaces` is pure. Begin with `states`.
"""
