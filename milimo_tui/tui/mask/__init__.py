"""The mask screen: objects cut out of a picture by words, clicks and by hand, and what is done with them.
May use playing and the shell; opened from screens that show a picture. Begin with `screen`.
"""
