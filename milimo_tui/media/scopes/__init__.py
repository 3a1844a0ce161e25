"""Close inspection of a picture: scopes, guides, the colour of a pixel, and comparison of two pictures. Start
with `viewed`.

`viewing` defines the options and imports neither numpy nor av, so that screens can use it.
"""
