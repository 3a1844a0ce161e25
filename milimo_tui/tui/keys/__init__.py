"""Keys and typed words as values: keymap, key parser, completion, commands replaced by keys. Draws nothing.

May use nothing else of `tui`. Begin with `keymap`.
"""
