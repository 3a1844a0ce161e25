"""Whether a film's screenplay is the one that its scenes and shots were made from.

Apart from what reads screenplays: lists of films and Home ask this alone, and the rules of reading take 0.2 s
to load.
"""

from __future__ import annotations

import hashlib

from milimo_tui.story.values.film import Project


def differs(project: Project) -> bool:
    """Return whether a film's screenplay is another than the one that its shots were made from."""
    return bool(project.boarded) and project.boarded != digest(project.script)


def digest(text: str) -> str:
    """Return the SHA-256 of a screenplay's text, as `Project.boarded` keeps it."""
    return hashlib.sha256(text.encode()).hexdigest()
