"""The command line: arguments in, tables or JSON out. A view of the command registry."""
