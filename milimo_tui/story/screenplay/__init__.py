"""Parse text as a screenplay: bytes to lines, lines to elements, elements to scenes, and the people in them.

Begin with `fountain`. This package uses `story.values`.
"""
