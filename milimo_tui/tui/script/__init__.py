"""The Script screen, where the screenplay is written: the editor, the outline next to it, and the process
that parses the text. Begin with `screen`.

The package may use `timeline` (to go to a clip), `shot` (its duration in words) and the packages below.
"""
