"""What every part of the screen is given: view, film, picture, playhead; and what goes on without a key.
May use `widgets`, `fields`, `values`. Begin with `core`.
"""
