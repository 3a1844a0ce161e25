"""Reading moving pictures: decoded in order, at exact times, as sequences and pages; probed, and looked
through for damage. Begin with `frames`.
"""
