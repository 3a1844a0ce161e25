"""Parse text as a screenplay: bytes into lines, lines into elements, elements into scenes; and find the
characters.

Begin with `fountain`. This package uses `story.values`.
"""
