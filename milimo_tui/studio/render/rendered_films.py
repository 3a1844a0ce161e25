"""List the rendered films of a project, with their contents, delivery settings and check results. Each entry
also says if the file still exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from milimo_tui.core.errors import NotFound, Unavailable
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Media, PlanLayer, PlanStretch, RenderPlan, SoundClip
from milimo_tui.cut.plan.report import CheckReport
from milimo_tui.media.files.facts import MediaFileFacts, probe_in_subprocess
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio

M = TypeVar("M", bound=BaseModel)

# The longest side of the picture during playback, in pixels. Larger films are scaled down, because a terminal
# can't show more detail.
SHOWN_SIDE = 1280
SAMPLE_RATE = 48000
NO_RATE = Fraction(25)  # The frame rate of the plan for a file without pictures, such as a sound file.


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFilm:
    """A film that was rendered by a job.

    `id` is the id of the render job. `cut` and `name` are the id and the name of the rendered cut. `created`
    is in seconds since 1970. `settings` and `report` are the JSON objects stored with the film. `delivery`
    and `check` are the same data parsed; they are None if the data is missing or was written by another
    version.
    """

    id: str
    path: Path
    cut: str
    name: str
    frames: int
    seconds: float
    preset: str
    bytes: int
    is_there: bool
    created: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    delivery: Delivery | None = None
    check: CheckReport | None = None

    @classmethod
    def from_render(cls, render: Render, path: Path) -> Self:
        """Create a `RenderedFilm` from its database row `render` and the path of its file."""
        settings, report = read_stored_object(render.settings), read_stored_object(render.report)
        return cls(
            id=render.job,
            path=path,
            cut=render.cut,
            name=render.name,
            frames=render.frames,
            seconds=float(render.seconds),
            preset=render.preset,
            bytes=render.bytes,
            is_there=path.exists(),
            created=render.created,
            settings=settings,
            report=report,
            delivery=_parse_if_current(Delivery, settings),
            check=_parse_if_current(CheckReport, report),
        )

    @property
    def key(self) -> str:
        """A text that identifies this film. It differs from the text of a film that was rendered earlier to
        the same path.
        """
        return f"{self.id}:{self.path}:{self.created}"

    def as_json(self) -> dict[str, Any]:
        """Return the film as the JSON object that `--json` prints."""
        return {
            "id": self.id,
            "film": str(self.path),
            "cut": self.cut,
            "name": self.name,
            "frames": self.frames,
            "seconds": self.seconds,
            "preset": self.preset,
            "settings": self.settings,
            "report": self.report,
            "bytes": self.bytes,
            "there": self.is_there,
            "created": self.created,
        }


def _parse_if_current(model: type[M], value: Mapping[str, Any]) -> M | None:
    """Parse stored JSON as `model`. Return None if another version of Milimo wrote the value in a different
    form.
    """
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def list_rendered_films(studio: Studio) -> list[RenderedFilm]:
    """Return the rendered films of the project, oldest first."""
    project = studio.require_project()
    return [
        RenderedFilm.from_render(render, render_plan.get_render_path(project.paths, render))
        for render in project.facts.list_renders()
    ]


def plan_film_playback(film: RenderedFilm) -> RenderPlan:
    """Return a plan that plays a rendered film as a single layer, scaled down to sides of at most
    `SHOWN_SIDE` pixels.

    The file is probed in a separate process. Raises NotFound for a missing file, Unavailable for a folder of
    sound files, and BadInput for an unreadable file.
    """
    if not film.path.exists():
        raise NotFound(
            f"{film.path.name} no longer exists", "{film:ui.render|milimo render} renders it again"
        )
    delivery_rate = film.delivery.rate if film.delivery else None
    picture, sound = _find_film_files(film)
    if picture is None:
        raise Unavailable(
            f"{film.path.name} is a folder of sound files", "{ui.player|milimo play FILE} plays one in mpv"
        )
    facts = probe_in_subprocess(picture, rate=(delivery_rate or NO_RATE) if film.path.is_dir() else None)
    rate = facts.rate or delivery_rate or NO_RATE
    seconds = facts.seconds or Fraction(film.seconds).limit_denominator(10**6)
    frames = max(1, round(seconds * rate))
    width, height = _choose_playback_size(facts)
    media = _make_film_media(picture, facts, rate)
    heard = media if media.has_sound else None
    if sound is not None:
        heard = _make_film_media(sound, probe_in_subprocess(sound), rate)
    layer = PlanLayer(clip=film.id, media=media, source_in=Fraction(0), clip_frames=frames)
    return RenderPlan(
        cut=film.id,
        name=film.path.name,
        rate=rate,
        width=width,
        height=height,
        sample_rate=SAMPLE_RATE,
        frames=frames,
        stretches=(
            PlanStretch(
                start=0, frames=frames, layers=(layer,) if media.kind in ("video", "sequence") else ()
            ),
        ),
        sounds=(
            SoundClip(
                clip=film.id,
                media=heard,
                start=0,
                frames=frames,
                source_in=Fraction(0),
                clip_frames=frames,
            ),
        )
        if heard is not None
        else (),
    )


def _find_film_files(film: RenderedFilm) -> tuple[Path | None, Path | None]:
    """Return the file with the film's pictures, and the sound file if the film is a folder of pictures. Each
    is None if there is no such file.
    """
    if not film.path.is_dir():
        return film.path, None
    names = sorted(film.path.iterdir())
    pictures = [path for path in names if path.stem.isdigit() and path.suffix != ".wav"]
    sounds = [path for path in names if path.suffix == ".wav"] if pictures else []
    return next(iter(pictures), None), next(iter(sounds), None)


def _make_film_media(path: Path, facts: MediaFileFacts, rate: Fraction) -> Media:
    kind = "sequence" if facts.streams.is_sequence else "sound" if facts.kind == "sound" else "video"
    return Media.model_validate(
        {
            "kind": kind,
            "path": str(path),
            "seconds": facts.seconds,
            "rate": rate,
            "has_sound": bool(facts.channels),
            "title": path.name,
            "facts": facts.streams,
        }
    )


def _choose_playback_size(facts: MediaFileFacts) -> tuple[int, int]:
    """Return the width and height for playback: the film's raster, scaled down if it is too large, with even
    sides.
    """
    width, height = facts.width or SHOWN_SIDE, facts.height or SHOWN_SIDE * 9 // 16
    scale = min(1.0, SHOWN_SIDE / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def get_poster_position(film: RenderedFilm) -> tuple[Path, Fraction] | None:
    """Return the file to take a film's poster from, and the position in it in seconds. Return None for a
    sound film or a missing file.
    """
    if film.delivery is not None and film.delivery.picture is None:
        return None
    picture, _ = _find_film_files(film) if film.is_there else (None, None)
    if picture is None:
        return None
    whole = film.path.is_dir()
    return picture, Fraction(0) if whole else Fraction(film.seconds).limit_denominator(1000) / 2
