"""Manage disk space: list and delete files to free space, apply quotas, and write the report file for
support. Files are listed film by film, with the cost of making them again.

This package may import the packages for films, takes, weights and the queue. Begin with `freeable`.
"""
