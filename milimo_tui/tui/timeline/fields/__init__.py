"""The facts and settings that the inspector lists for a clip, their formatting as text, and the changes to
the cut when the user sets a value.

All modules are pure. The package may import `values`. Start reading at `fields`.
"""
