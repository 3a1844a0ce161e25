"""Read films of the two systems that Milimo replaces, Milimo Video and StoryCore-Engine, for `milimo project
import`.

Begin with `foreign_film`, which defines the value that both readers return.
"""
