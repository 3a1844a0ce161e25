"""The keys of the inspector: entering it, changing values by steps and by typing, keyframes, pending edits.

May use `base` and what is below. Begin with `inspector_part`.
"""
