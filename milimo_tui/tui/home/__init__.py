"""The screens that need no film: Home with the films of this studio home, settings, keys of one's own.

May use `shell` and what is below. The test card (`card_screen`) asks what is seen here. Begin with `home`.
"""
