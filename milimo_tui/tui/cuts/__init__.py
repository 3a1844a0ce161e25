"""Lists about the cut or the film that are opened over another screen: cuts, notes, arrivals, history.

A module with the suffix `_lines` builds the rows of each screen. The package may use `timeline` and the
packages below it. Begin with `cuts`.
"""
