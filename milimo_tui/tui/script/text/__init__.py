"""The text of the screenplay in the editor: the widget, its motions, operators and undo. Begin with
`editor`.
"""
