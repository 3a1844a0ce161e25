"""Texts that a language model or rules write for a film, and the suggestions that wait for the user.

These are prompts and lengths of shots, a breakdown, a scenario, sequences from briefs, answers, and marks.
The package uses `script`. Begin with `suggestions`.
"""
