"""The line to the terminal: what it is asked, what it has taken in, and what is sent next.
May use nothing else of `tui`. Begin with `terminal_line`.
"""
