"""The films that were rendered: what each is, how it was delivered, what its check found, and is it there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from milimo_tui.core.errors import NotFound, Unavailable
from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.plan import Layer, Media, Plan, SoundClip, Stretch
from milimo_tui.cut.plan.report import Report
from milimo_tui.media.files.facts import Facts, probe_bounded
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio

M = TypeVar("M", bound=BaseModel)

SHOWN_SIDE = 1280  # pixels: no terminal shows more of a film that is played in it
SAMPLE_RATE = 48000
NO_RATE = Fraction(25)  # of what has no pictures of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedFilm:
    """A film that was rendered: `id` is its job's, `cut` the id of the cut named `name`, `created` in seconds
    since 1970. `settings` and `report` are JSON as written with it; `delivery` and `check` are what they say,
    None where another version wrote them or there are none.
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
    check: Report | None = None

    @classmethod
    def of(cls, render: Render, path: Path) -> Self:
        """Read a render that lies at `path`."""
        settings, report = json.loads(render.settings or "{}"), json.loads(render.report or "{}")
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
            delivery=_read(Delivery, settings),
            check=_read(Report, report),
        )

    @property
    def key(self) -> str:
        """Return what tells it apart from an earlier film at the same place."""
        return f"{self.id}:{self.path}:{self.created}"

    def as_json(self) -> dict[str, Any]:
        """Return the film as `--json` gives it."""
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


def _read(model: type[M], value: Mapping[str, Any]) -> M | None:
    """Read a value as this version writes it; None where another did."""
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


def rendered_films(studio: Studio) -> list[RenderedFilm]:
    """Return the films of the project, the oldest first."""
    project = studio.project()
    return [
        RenderedFilm.of(render, render_plan.render_path(project.paths, render))
        for render in project.facts.renders()
    ]


def plan_of_film(film: RenderedFilm) -> Plan:
    """Return a rendered film as a plan of one layer, to be played as it lies there, `SHOWN_SIDE` at most.

    Probes the file in another process. Raises NotFound for a file that is gone, Unavailable for a folder of
    sounds, BadInput for what can't be read.
    """
    if not film.path.exists():
        raise NotFound(
            f"{film.path.name} is not there any more", "{film:ui.render|milimo render} renders it again"
        )
    asked = film.delivery.rate if film.delivery else None
    picture, sound = _files_of(film)
    if picture is None:
        raise Unavailable(
            f"{film.path.name} is a folder of sounds", "{ui.player|milimo play FILE} opens one in mpv"
        )
    facts = probe_bounded(picture, rate=(asked or NO_RATE) if film.path.is_dir() else None)
    rate = facts.rate or asked or NO_RATE
    seconds = facts.seconds or Fraction(film.seconds).limit_denominator(10**6)
    frames = max(1, round(seconds * rate))
    width, height = _shown_size(facts)
    media = _media(picture, facts, rate)
    heard = media if media.has_sound else None
    if sound is not None:
        heard = _media(sound, probe_bounded(sound), rate)
    layer = Layer(clip=film.id, media=media, source_in=Fraction(0), clip_frames=frames)
    return Plan(
        cut=film.id,
        name=film.path.name,
        rate=rate,
        width=width,
        height=height,
        sample_rate=SAMPLE_RATE,
        frames=frames,
        stretches=(
            Stretch(start=0, frames=frames, layers=(layer,) if media.kind in ("video", "sequence") else ()),
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


def _files_of(film: RenderedFilm) -> tuple[Path | None, Path | None]:
    """Return the file that shows the film, and the sound that lies beside the pictures of a folder."""
    if not film.path.is_dir():
        return film.path, None
    names = sorted(film.path.iterdir())
    pictures = [path for path in names if path.stem.isdigit() and path.suffix != ".wav"]
    sounds = [path for path in names if path.suffix == ".wav"] if pictures else []
    return next(iter(pictures), None), next(iter(sounds), None)


def _media(path: Path, facts: Facts, rate: Fraction) -> Media:
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


def _shown_size(facts: Facts) -> tuple[int, int]:
    """Return the raster to play at: the film's own, smaller where that is large; even sides."""
    width, height = facts.width or SHOWN_SIDE, facts.height or SHOWN_SIDE * 9 // 16
    scale = min(1.0, SHOWN_SIDE / max(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def middle_of(film: RenderedFilm) -> tuple[Path, Fraction] | None:
    """Return the file and the second of it that stand for a film; None for sound alone and what is gone."""
    if film.delivery is not None and film.delivery.picture is None:
        return None
    picture, _ = _files_of(film) if film.is_there else (None, None)
    if picture is None:
        return None
    whole = film.path.is_dir()
    return picture, Fraction(0) if whole else Fraction(film.seconds).limit_denominator(1000) / 2
