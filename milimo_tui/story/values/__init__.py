"""The values that a film consists of, and the word lists of shots as data. Begin with `film`.

All other packages of `story`, and much of the code above `story`, use this package.
"""
