"""Checks of a screenplay for contradictions: names, people in two places, knowledge, appearance, entrances.

Begin with `checking`. A mark points to a line and is a question, not a verdict. The package uses
`story.shots`.
"""
