"""The error for a film that has no cut."""

from __future__ import annotations

from milimo_tui.core.errors import NotFound


def make_missing_cut_error() -> NotFound:
    """Build the error for a film without a cut. Its hint serves films with and without a screenplay."""
    return NotFound(
        "the film has no cut yet", "milimo cut new main makes one; for a screenplay: milimo storyboard commit"
    )
