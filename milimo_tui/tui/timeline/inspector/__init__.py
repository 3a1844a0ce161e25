"""The keys of the inspector: enter it, change values by steps or by typing, set keyframes. Changes are shown
at once and written a moment later.

The package may import `base` and the packages that `base` imports. Start reading at `inspector_part`.
"""
