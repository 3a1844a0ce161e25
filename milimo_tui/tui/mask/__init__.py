"""The mask screen: objects are cut out of a picture by words, clicks and drawing tools, and commands are
applied to the mask.

It is opened from screens that show a picture. The package may use `play` and `shell`. Begin with `screen`.
"""
