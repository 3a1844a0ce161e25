"""Text read as a screenplay: bytes to lines, lines to elements, elements to scenes, and who is in them. Begin
with `fountain`. Uses `story.values`.
"""
