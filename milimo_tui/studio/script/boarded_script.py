"""Check if a film's screenplay is the one that its scenes and shots were made from.

This is separate from the modules that parse screenplays: lists of films and Home need only this check, and
the parsing rules take 0.2 s to load.
"""

from __future__ import annotations

import hashlib

from milimo_tui.story.values.film import Project


def is_script_uncommitted(project: Project) -> bool:
    """Return True if a film's screenplay differs from the one that its shots were made from."""
    return bool(project.boarded) and project.boarded != compute_script_digest(project.script)


def compute_script_digest(text: str) -> str:
    """Return the SHA-256 of a screenplay's text, as `Project.boarded` stores it."""
    return hashlib.sha256(text.encode()).hexdigest()
