"""Texts that a language model or rules write for a film, and suggestions that the user accepts or declines.

These texts are prompts and lengths of shots, a breakdown of the screenplay, a scenario, sequences planned
from briefs, answers to questions, and consistency marks. The package uses `script`. Begin with `suggestions`.
"""
