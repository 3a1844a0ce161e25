"""The command line: parse the arguments, run a command of the registry and print its result as tables or
JSON.
"""
