"""Order takes of music, effects and ambience, lay them in the cut, and find sounds in the library.

Begin with `sound_orders`, which composes the request of a sound. Allowed imports: `studio.takes` and the
packages below it.
"""
