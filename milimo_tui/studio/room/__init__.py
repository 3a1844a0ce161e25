"""Disk space: files that can be deleted to free space, film by film, with the cost of making them again. Also
quotas, and the report file for support.

This package may import the packages for films, takes, weights and the queue. Begin with `freeable`.
"""
