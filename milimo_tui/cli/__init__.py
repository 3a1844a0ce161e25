"""The command line: it parses arguments, runs a command of the registry and prints tables or JSON."""
