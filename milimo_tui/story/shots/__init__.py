"""The shots of a screenplay and their edits: fields, numbers, splitting and joining. Begin with `shots`.

The package uses `story.plan` and `story.screenplay`.
"""
