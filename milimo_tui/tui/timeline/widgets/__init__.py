"""The widgets of the Timeline screen: tracks with ruler and minimap, viewers, and the inspector's panel. They
draw values and know nothing of the studio.

The package may import `fields` and `values`. Start reading at `timeline`.
"""
