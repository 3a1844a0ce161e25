"""Keys and typed words as values: keymap, key parser, completion, commands as keys. Draws nothing.

May use nothing else of `tui`. Begin with `keymap`.
"""
