"""Notifications about jobs: the outbox, the messages, the webhook and the command hook. Begin with
`outbox`.
"""
