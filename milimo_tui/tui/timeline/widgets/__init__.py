"""The widgets of the timeline: tracks, ruler, minimap, viewers, the inspector's panel. Values in, cells out.

May use `fields` and `values`. Begin with `timeline`.
"""
