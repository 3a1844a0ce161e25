"""The films that were rendered: what each is, how it was delivered, what its check found, and is it there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from milimo_tui.cut.delivery.delivery import Delivery
from milimo_tui.cut.plan.report import Report
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.studio.render import render_plan
from milimo_tui.studio.session.studio import Studio

M = TypeVar("M", bound=BaseModel)


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
