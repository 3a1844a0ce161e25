"""Read films of the two systems that Milimo replaces, Milimo Video and StoryCore-Engine, for `milimo project
import`.

Begin with `film_from_elsewhere`, which defines the value that both readers return.
"""
