"""Keys and typed words as values: the keymap, the parser of keys, completion, and the replacement of shell
commands by keys in messages.

The package draws nothing and uses no other package of `tui`. Begin with `keymap`.
"""
