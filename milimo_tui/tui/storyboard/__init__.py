"""The board of cards, a scene's plan and suggestions, unsure guesses, and the elements. Begin with
`storyboard`.

May use `shot` (a shot and its state), `shell` and the packages below.
"""
