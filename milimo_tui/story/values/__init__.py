"""What a film is made of, as values, and the words of shots as data. Begin with `film`. Everything in `story`
and much above it stands on this.
"""
