"""Keys and typed words as values: keymap, key parser, completion, commands as keys. Draws nothing.

Key commands that wait for one another (`key_queue`) and macros are here too, for whichever screen has them.

May use nothing else of `tui`. Begin with `keymap`.
"""
