"""The Film screen: an estimate of the next render, and the films rendered so far. Begin with `screen`.

`film_player` plays the chosen film. The package may use `jobs` (for the state of a render) and the packages
below it.
"""
