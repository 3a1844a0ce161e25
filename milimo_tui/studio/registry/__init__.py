"""The basis of all commands: the registry (the table of all commands), arguments, the grammar of the command
line, and completion.

Modules of commands are imported only when needed. Read the module `registry` first.
"""
