"""The edits of a cut. Each is a pure function that returns a new cut, or raises Refused.

`edits` lists all operations by name. Each other module contains operations of one kind. They are built on
`cut.working` and import only values, layout and each other.
"""
