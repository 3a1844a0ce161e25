"""The Script screen: editor, outline, the process that parses. Begin with `screen`.

May use `timeline` (to go to a clip), `shot` (its length in words) and what is below.
"""
