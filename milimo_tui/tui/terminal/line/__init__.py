"""The connection to the terminal: it chooses the next bytes to send, tracks how many bytes the terminal has
read, and asks the terminal about itself.

May import nothing else of `tui`. Begin with `terminal_line`.
"""
