"""Checks of a screenplay for contradictions. Examples are similar names, a person in two places at once,
knowledge that nothing explains, contradicting descriptions of a person, and speakers who never entered.

Start reading at `checking`. A result is a mark on a line of the screenplay. A mark is a question to the
writer, not a verdict. The package uses `story.shots`.
"""
