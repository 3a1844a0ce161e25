"""The commands, one module a group; each act is one function and one row of COMMANDS."""
