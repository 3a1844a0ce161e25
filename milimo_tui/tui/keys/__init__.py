"""Keys and typed words as values: keymap, key parser, completion, commands replaced by keys. Draws nothing.

The queue of key commands that wait for one another (`key_queue`) and macros are here too, for any screen.

May use nothing else of `tui`. Begin with `keymap`.
"""
