"""The keys of the inspector: going into it, values by steps and by typing, keyframes, pending edits.
May use `base` and what is below. Begin with `inspector`.
"""
