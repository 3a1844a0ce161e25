"""The inspector's fields of a clip, as values: what stands in them, how it is read, what a change asks for.

No widget lives here.
"""
