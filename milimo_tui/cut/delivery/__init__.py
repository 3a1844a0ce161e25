"""How a plan is delivered: codecs, size, what lies over it and beside it, in which segments. Begin with
`delivery`. Uses `cut.plan`.
"""
