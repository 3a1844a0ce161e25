"""The loudness and the subtitles of the last `milimo film`. They are stored with the film, so that the next
render does not make another film.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from milimo_tui.cut.delivery.containers import CONTAINERS, CONTAINERS_BY_SUFFIX
from milimo_tui.cut.delivery.requests import NOTHING, DeliveryRequest, build_delivery
from milimo_tui.store.project.project_file import ProjectFile

# The key of the stored values. They are settings, so that a change is not an edit in the undo history.
KEY = "film delivery"


@dataclass(frozen=True, slots=True)
class FilmDelivery:
    """The loudness and the subtitles of a film, as a person types them. An empty value means none."""

    loudness: str = ""
    subtitles: str = ""


def save_film_delivery(project: ProjectFile, request: DeliveryRequest) -> None:
    """Store the loudness and the subtitles of a request with the film."""
    values = FilmDelivery(request.loudness, request.subtitles)
    if values != load_film_delivery(project):
        project.ui.set(KEY, asdict(values))


def load_film_delivery(project: ProjectFile) -> FilmDelivery:
    """Return the stored loudness and subtitles of the film. Both are empty if none were stored."""
    stored = project.ui.get(KEY)
    if not isinstance(stored, dict):
        return FilmDelivery()
    return FilmDelivery(*(str(stored.get(name) or "") for name in ("loudness", "subtitles")))


def apply_film_delivery(
    project: ProjectFile, request: DeliveryRequest, output: str
) -> tuple[DeliveryRequest, tuple[str, ...]]:
    """Return the request with the stored loudness and subtitles for options that are empty, and a note that
    names them. A value that the output can't have is left out.

    The word `none` in an option replaces a stored value by nothing. Raises the same errors as
    `build_delivery`.
    """
    stored = load_film_delivery(project)
    suffix = Path(output).suffix.casefold()
    delivery = build_delivery(request, suffix if suffix in CONTAINERS_BY_SUFFIX else "", 2, 2)
    loudness = stored.loudness if not request.loudness and delivery.sound is not None else ""
    holds_subtitles = delivery.picture is not None and (
        not stored.subtitles.startswith("embedded") or bool(CONTAINERS[delivery.container].subtitle_codec)
    )
    subtitles = stored.subtitles if not request.subtitles and holds_subtitles else ""
    used = [
        f"--{name} {value}" for name, value in (("loudness", loudness), ("subtitles", subtitles)) if value
    ]
    if not used:
        return request, ()
    request = replace(
        request, loudness=loudness or request.loudness, subtitles=subtitles or request.subtitles
    )
    return request, (f"as in milimo film: {' '.join(used)} (“{NOTHING}” leaves one out)",)
