"""The connection to the terminal: questions to it, the bytes it has accepted, and the next bytes to send.

May use nothing else of `tui`. Begin with `terminal_line`.
"""
