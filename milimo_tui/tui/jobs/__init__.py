"""What the Jobs screen shows: the queue as it is followed, its lines, its machine and its past.

No widget lives here; `screens/jobs*` bind these to commands.
"""
