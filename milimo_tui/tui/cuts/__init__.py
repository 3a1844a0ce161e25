"""Lists over a screen, of the cut or of the film: cuts, notes, arrivals, history.

Each screen has its rows in `*_lines`. May use `shell` and what is below. Begin with `cuts`.
"""
