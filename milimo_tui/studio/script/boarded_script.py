"""Check if the screenplay of a film has changed since its scenes and shots were made from it.

This check has its own module, because lists of films and the Home screen need nothing else. The modules that
parse screenplays take 0.2 s to load.
"""

from __future__ import annotations

import hashlib

from milimo_tui.story.values.film import Project


def is_script_uncommitted(project: Project) -> bool:
    """Return True if the screenplay has changed since the last commit, which made the present shots."""
    return bool(project.boarded) and project.boarded != compute_script_digest(project.script)


def compute_script_digest(text: str) -> str:
    """Return the SHA-256 of a screenplay's text. `Project.boarded` stores this value for the last committed
    text.
    """
    return hashlib.sha256(text.encode()).hexdigest()
