"""Make shots from a screenplay and edit them: set fields, assign numbers, split and join. Begin with the
module `shots`.

The package uses `story.plan` and `story.screenplay`.
"""
