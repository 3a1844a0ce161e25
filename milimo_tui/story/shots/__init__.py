"""Shots of a screenplay, and what a person makes of them: fields set, numbers, shots split and joined. Begin
with `shots`. Uses `story.plan`, `story.screenplay`.
"""
