"""Widgets and lines that several screens share: they take values and post messages; a screen binds them.

None of them reads a project. What they need of app and screen stands in `host`. May use `keys` and
`terminal`. Begin with `rows`.
"""
