"""Edits of a cut. Each is a pure function that returns a new cut or raises Refused.

`edits` lists the operations by name. The other modules contain one kind of operation each, built on
`cut.working`. They import only values, layout, `cut.working` and each other.
"""
