"""Checks of a screenplay for contradictions: similar names, people in two places at once, unexplained
knowledge, contradicting appearance, and missing entrances.

Start reading at `checking`. A result is a mark on a line of the screenplay. A mark is a question to the
writer, not a verdict. The package uses `story.shots`.
"""
