"""The Script screen: editor, outline, the process that parses. Begin with `screen`.

May use `timeline` (to go to a clip), `storyboard` (a shot's words) and what is below.
"""
