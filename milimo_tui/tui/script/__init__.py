"""The Script screen: the editor, the outline, and the process that parses the screenplay. Begin with
`screen`.

May use `timeline` (to go to a clip), `shot` (its length in words) and the packages below.
"""
