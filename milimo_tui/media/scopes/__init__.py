"""Close inspection of a picture: scopes, guides, pixels, comparison of two pictures. Start with `viewed`.

`viewing` defines the options and imports neither numpy nor av.
"""
