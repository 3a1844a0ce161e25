"""The basis of every command: the registry, arguments, the command-line grammar, and completion of arguments.

Commands are imported only when they are needed. Begin with `registry`.
"""
