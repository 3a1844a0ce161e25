"""The basis of all commands: the registry (table of commands), arguments, command-line grammar, and
completion.

Modules of commands are imported only when needed. Read the module `registry` first.
"""
