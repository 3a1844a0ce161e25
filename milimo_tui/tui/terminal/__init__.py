"""The terminal: its capabilities, colours and glyphs, pictures in it, and patches for faults of Textual.

May use nothing else of `tui`. Begin with `capabilities`.
"""
