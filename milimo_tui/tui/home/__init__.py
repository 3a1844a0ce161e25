"""The screens that need no film: Home with the films of this studio home, the settings, the user's own keys.

May use `shell` and the packages below it. The test card (`card_screen`) asks the user what the terminal
shows. Begin with `home`.
"""
