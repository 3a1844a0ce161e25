"""The screens that need no film: Home with the films of this studio home, the settings, the user's own keys,
and the test card.

On the test card (`card_screen`), the user reports if characters, colours and pictures are displayed
correctly. The package may use `shell` and the packages below it. Begin with `home`.
"""
