"""Room on the disk: what can be freed, film by film, and what that costs; quotas; the report file.

May use the rooms of films, takes, weights and the queue below it. Begin with `freeable`.
"""
