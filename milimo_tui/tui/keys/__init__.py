"""Keys and typed words as values: keymap, chords, completion, which command words mean. Draws nothing.
May use nothing else of `tui`. Begin with `keymap`.
"""
