"""Notes on a cut: asked, answered, ticked off, and brought in and out as text, tables and EDL. Begin with
`thread`.
"""
