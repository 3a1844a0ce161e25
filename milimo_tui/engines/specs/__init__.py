"""Define the specs, the requests that engines accept, as immutable values. There is one module for each
subject, and `specs` has their union.

No torch. Uses only values from `cut`. Begin with `specs`, then `video_specs`.
"""
