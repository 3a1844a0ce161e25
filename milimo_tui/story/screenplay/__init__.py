"""Parse text as a screenplay: bytes into lines, lines into elements, elements into scenes. Also find the
people who appear in it.

Begin with `fountain`. This package uses `story.values`.
"""
