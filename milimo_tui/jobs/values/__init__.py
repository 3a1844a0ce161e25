"""The value types of the job system: states, client views, client requests and the retry rules.

Every module except `workspaces` is pure. Begin with `states`.
"""
