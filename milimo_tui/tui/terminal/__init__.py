"""The terminal: what it can show, its colours and signs, pictures in it, and the toolkit's faults mended.
May use nothing else of `tui`. Begin with `capabilities`.
"""
