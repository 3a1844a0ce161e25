"""What every command is made of: the registry, arguments, the grammar of the command line, what can
stand in an argument. Imports commands only when they are wanted. Begin with `registry`.
"""
