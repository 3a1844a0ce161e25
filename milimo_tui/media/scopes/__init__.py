"""Looking closely at a picture: scopes, guides, pixels, two pictures compared. Begin with `viewed`; what may
be asked for is `viewing`, which imports nothing of numbers.
"""
