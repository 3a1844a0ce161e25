"""Commands on the film, the project and the studio as wholes: renders, what is next, settings. Begin
with `film`.
"""
