"""Shots of a screenplay and edits of them: fields, numbers, split and joined shots. Begin with `shots`.

The package uses `story.plan` and `story.screenplay`.
"""
