"""Spoken lines of the open film: their state, orders for the queue, recordings, and their places in the cut.

Imports `story.lines`, `cut` and the packages of studio below. Begin with `line_states`.
"""
