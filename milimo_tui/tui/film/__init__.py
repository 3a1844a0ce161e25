"""The Film screen: a render as it would be, and the films made so far. Begin with `screen`.

May use `jobs` (a render's state) and what is below. `film_player` plays what is chosen.
"""
