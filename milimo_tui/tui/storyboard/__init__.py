"""The board of cards, a scene's plan and suggestions, what is unsure, the elements. Begin with `storyboard`.

May use `shot` (a shot and its state), `shell` and what is below.
"""
