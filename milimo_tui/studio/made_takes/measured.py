"""Describe measurements of a finished take, for the command line and the screens.

The measurements are about the seams between parts of the take, and about the effect of a step cache. For a
one-go scene (several shots made as one take with cuts), the description also names the piece of the scene
that this take is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.story.values.film import Story, Take
from milimo_tui.studio.media import provenance
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.shot_spec import ShotState

ONE_GO = "one_go"
# The labels of the measurements, as shown to the user.
MEASURE_LABELS = {"seams": "seams", "cache": "cache", ONE_GO: "one go"}


def describe_measurements(studio: Studio, state: ShotState) -> dict[str, list[str]]:
    """Return the measurements of the picked take. Each is a list of sentences and may be empty.

    - `seams`: how the parts of the take join, if it was made in parts.
    - `cache`: how the take differs from the same take made without a step cache.
    - `one_go`: which piece this take is, if several shots were made as one take (a one-go scene).
    """
    take, project = state.picked, studio.require_project()
    made_by: dict[str, Any] = {}
    if take is not None:
        made_by = provenance.read_provenance(project, job=take.job, asset=take.asset)
        made_by = made_by or provenance.read_provenance(project, job=take.job)
    return {
        "seams": provenance.describe_seams(made_by),
        "cache": provenance.describe_cache_difference(made_by),
        ONE_GO: _describe_one_go_piece(state.story, take, made_by) if take is not None else [],
    }


def _describe_one_go_piece(story: Story, take: Take, made_by: Mapping[str, Any]) -> list[str]:
    shots = list_shots_in_one_go(take)
    piece = made_by.get("of_one_go") or {}
    if not shots or not piece:
        return []
    begins = f"piece {piece['piece']} of {describe_one_go(story, shots)}, from frame {piece['from']}"
    if piece["piece"] == 1:
        return [begins]
    cut = "a cut was found there" if piece["found"] else "no cut was found there: it begins as planned"
    return [f"{begins}: {cut}"]


def list_shots_in_one_go(take: Take) -> tuple[str, ...]:
    """Return the ids of all shots that were made together with this take in a one-go scene, including the
    take's own shot. Return an empty tuple for a take that was made alone.
    """
    pieces = read_stored_object(take.spec).get("pieces")
    if not isinstance(pieces, list):
        return ()
    return tuple(str(piece["shot"]) for piece in pieces if isinstance(piece, dict) and "shot" in piece)


def describe_one_go(story: Story, shots: tuple[str, ...]) -> str:
    """Describe the shots of a one-go scene in a few words, such as `1A to 1C in one go`. `shots` are their
    ids. Deleted shots are left out.
    """
    numbers = [story.numbers[shot] for shot in shots if shot in story.numbers]
    return f"{' to '.join(dict.fromkeys((numbers[0], numbers[-1])))} in one go" if numbers else "one go"


def describe_one_go_remake(story: Story, take: Take) -> str:
    """Describe the consequence of remaking a take that is a piece of a one-go scene: all shots of the scene
    are made again, so other shots get a new take too. Return an empty text for any other take.
    """
    shots = list_shots_in_one_go(take)
    others = [story.numbers[shot] for shot in shots if shot != take.shot and shot in story.numbers]
    if not others:
        return ""
    many = f"{', '.join(others)} get another take" if len(others) > 1 else f"{others[0]} gets another take"
    number = story.numbers.get(take.shot, "it")
    whole = f"all {format_count(len(shots), 'shot')} are made again"
    return f"{number} is a piece of {describe_one_go(story, shots)}: {whole}; {many}, which is not picked"
