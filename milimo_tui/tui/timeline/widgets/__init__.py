"""The widgets of the Timeline screen: tracks with ruler and minimap, viewers, and the inspector's panel. They
draw values and have no access to the studio.

The package may import `fields` and `values`. Start reading at `timeline`.
"""
