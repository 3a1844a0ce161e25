"""The commands; each act is one function and one row of COMMANDS. The registry's GROUPS say in which module
each group is: it is imported when its first command is wanted.

A command crosses rooms of functions (`shot make` needs weights, the queue and the script), so commands have
rooms of their own above all of those: `queue`, `media`, `model`, `element`, `shot`, `script`, `cut`, `film`.
"""
