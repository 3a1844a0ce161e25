"""The text of a screenplay while it is edited: the editor, its motions, operators and undo. Begin with
`editor`.
"""
