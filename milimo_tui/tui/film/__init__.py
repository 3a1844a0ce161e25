"""The Film screen: an estimate of the next render, and the films rendered so far. Begin with `screen`.

May use `jobs` (a render's state) and the packages below. `film_player` plays the chosen film.
"""
