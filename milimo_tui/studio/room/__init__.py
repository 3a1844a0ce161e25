"""Disk space: items that can be freed, film by film, and the cost of making them again; quotas; the report
file.

May import the packages for films, takes, weights and the queue. Begin with `freeable`.
"""
