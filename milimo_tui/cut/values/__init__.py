"""The classes of a cut, and functions on a single clip: its source, speed, effects and parts. Begin with
`cut`.

All other packages of `cut` use this package; it imports none of them.
"""
