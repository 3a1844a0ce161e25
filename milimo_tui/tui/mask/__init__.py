"""The mask screen: objects cut out of a picture by words, clicks and drawing tools, and commands on the mask.

May use `play` and `shell`; opened from screens that show a picture. Begin with `screen`.
"""
