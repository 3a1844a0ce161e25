"""Lists of the cut or of the film, opened over a screen: cuts, notes, arrivals, history.

Each screen has its rows in a module `*_lines`. May use `timeline` and the packages below it. Begin with
`cuts`.
"""
