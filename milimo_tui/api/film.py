"""The open film as an object. A program reads its contents as values, changes it with the studio's commands,
and queues jobs that make takes and render.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from milimo_tui.api.error_hints import use_shell_hints
from milimo_tui.api.values import Clip, Scene, Shot, Take
from milimo_tui.api.work import Work
from milimo_tui.core.errors import NotFound
from milimo_tui.store.rows.stored_values import PROJECT_SCOPE
from milimo_tui.story.values.film import Shot as StoryShot
from milimo_tui.studio.registry import registry
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes.shot_spec import find_shot


class Film:
    """An open film of a studio home. Use it in a `with` statement, which closes it. Every read returns the
    film's current state.

    Each change is one edit that can be undone, as an edit on a screen can. `undo` takes back only changes
    made by programs. Don't share an object between threads.
    """

    def __init__(self, studio: Studio) -> None:
        """Create the object for one film. `studio` is a session that has the film open, or that was opened
        with the film's name. Programs call `open_film` instead.
        """
        self._studio = studio

    def __enter__(self) -> Film:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the film's file and the connection to the queue. Jobs continue."""
        self._studio.close()

    @property
    def name(self) -> str:
        """The film's title."""
        return self._studio.take_snapshot().story.project.name

    @property
    def folder(self) -> Path:
        """The film's folder."""
        return self._studio.require_project().paths.root

    @property
    def rate(self) -> Fraction:
        """The film's frames per second."""
        return self._studio.take_snapshot().story.project.rate

    @property
    def frames(self) -> int:
        """The length of the current cut in frames; 0 if there is no cut yet."""
        layout = self._studio.take_snapshot().layout
        return layout.frames if layout is not None else 0

    def scenes(self) -> tuple[Scene, ...]:
        """Return the scenes in the order of the screenplay."""
        scenes = self._studio.take_snapshot().story.live_scenes()
        return tuple(Scene(scene.number, scene.heading, scene.text) for scene in scenes)

    def shots(self, scene: str = "") -> tuple[Shot, ...]:
        """Return the shots in the order of the film. `scene` is a scene's number and selects the shots of
        that scene; an empty text selects all shots.
        """
        shots = (self._build_shot_value(shot) for shot in self._studio.take_snapshot().story.live_shots())
        return tuple(shot for shot in shots if scene in ("", shot.scene))

    def shot(self, number: str) -> Shot:
        """Return a shot by its number (`3B`) or id. Raises NotFound."""
        with use_shell_hints():
            found = find_shot(self._studio.take_snapshot().story, number)
        return self._build_shot_value(found)

    def _build_shot_value(self, shot: StoryShot) -> Shot:
        story = self._studio.take_snapshot().story
        scene = next((each.number for each in story.scenes if each.id == shot.scene), "")
        return Shot(
            number=story.numbers.get(shot.id, ""),
            scene=scene,
            action=shot.action,
            size=shot.size.value,
            frames=shot.frames,
            prompt=shot.prompt or "",
            seed=shot.seed,
            engine=shot.engine,
            take=shot.take,
            id=shot.id,
        )

    def takes(self, shot: str) -> tuple[Take, ...]:
        """Return the takes of a shot, oldest first. Raises NotFound for an unknown shot."""
        story, paths = self._studio.take_snapshot().story, self._studio.require_project().paths
        with use_shell_hints():
            found = find_shot(story, shot)
        assets = {asset.id: asset for asset in story.assets}
        return tuple(
            Take(
                id=take.id,
                shot=story.numbers.get(found.id, ""),
                file=get_asset_path(paths, assets[take.asset]),
                frames=take.length,
                engine=take.engine,
                seed=take.seed,
                rating=take.rating,
                rejected=take.rejected,
                note=take.note,
            )
            for take in sorted(story.takes, key=lambda each: each.created)
            if take.shot == found.id and take.asset in assets
        )

    def clips(self) -> tuple[Clip, ...]:
        """Return the clips of the current cut, ordered by track and start. Empty if there is no cut yet."""
        snapshot = self._studio.take_snapshot()
        if snapshot.layout is None:
            return ()
        numbers, layout = snapshot.story.numbers, snapshot.layout
        return tuple(
            Clip(
                id=placed.clip.id,
                track=track.name,
                start=placed.start,
                frames=placed.end - placed.start,
                shows=numbers.get(placed.clip.source.ref, "") or placed.clip.label,
            )
            for track in layout.tracks
            for placed in layout.get_row(track.id)
        )

    def run(self, command: str, **values: Any) -> Any:
        """Run a command of the studio by its id (`cut.split`) with its arguments. Return the command's data,
        as `--json` prints it.

        `milimo help commands` lists the commands. `milimo help run ID` lists the arguments of a command.
        Raises NotFound for an unknown command, BadInput with the name of a wrong argument, and the errors of
        the command itself.
        """
        with use_shell_hints():
            return registry.run_by_id(self._studio, command, values).data

    def set_shot(self, shot: str, **fields: Any) -> Shot:
        """Change fields of a shot, as `shot set` does (`action`, `prompt`, `length`, `seed`, `engine`).
        Return the shot.

        Raises NotFound, and BadInput naming the field.
        """
        self.run("shot.set", id=shot, **fields)
        return self.shot(shot)

    def rename(self, name: str) -> None:
        """Give the film another title."""
        self.run("project.rename", name=name)

    def pick(self, shot: str, take: str) -> None:
        """Choose one of a shot's takes as the take that the film shows for this shot. `shot` is a number or
        id, `take` is the take's id. Raises NotFound.
        """
        self.run("shot.pick", id=shot, take=take)

    def split(self, at: str) -> None:
        """Split the clips of all unlocked tracks at the time `at` of the current cut: a timecode, frames
        (`48f`) or seconds (`2s`).
        """
        self.run("cut.split", at=at)

    def undo(self) -> None:
        """Undo the last change that a program made to the current cut or to the film, whichever is newer.

        Raises Refused if there is no such change, and Conflict if somebody else has changed the same data
        since.
        """
        file, cut = self._studio.require_project(), self._studio.take_snapshot().cut
        of_film = file.find_next_step(PROJECT_SCOPE, self._studio.actor)
        of_cut = file.find_next_step(cut.id, self._studio.actor) if cut is not None else None
        newer = of_cut is None or (of_film is not None and of_film.created > of_cut.created)
        self.run("cut.undo", whole_project=newer)

    def make(self, *shots: str, takes: int = 1, engine: str = "", missing: bool = False) -> Work:
        """Queue jobs that make takes, and return at once. `shots` are numbers or ids. With `missing`, takes
        are made for every shot that has none and none in the queue; then no shots need be named.

        `takes` is the number of takes for each shot. `engine` is the name of the engine that makes them. If
        it is empty, each shot's own engine is used, or else the film's engine. A request that can't be
        fulfilled is refused before anything is queued: raises BadInput, Refused, NotFound.
        """
        if not shots and not missing:
            raise NotFound("no shot is named", 'film.make("1A"), or film.make(missing=True)')
        data = self.run(
            "shot.make", ids=shots, takes=takes, engine=engine, missing=missing, detach=True, yes=True
        )
        return Work(self._studio, data["jobs"], data)

    def render(self, output: Path | str = "", *, preset: str = "", size: str = "", range: str = "") -> Work:
        """Queue a job that renders the current cut into the file `output`, and return at once. Without
        `output`, the file goes into the film's folder of renders.

        `preset` is a name from the list that the command `film.presets` returns. `size` is a picture size
        such as `1280x720`, or a share of the cut's size such as `50%`. `range` limits the render to a part of
        the cut, given as two times `IN..OUT` such as `2s..10s`. Raises BadInput, Refused.
        """
        target = str(Path(output).absolute()) if output else ""
        data = self.run("film.render", output=target, preset=preset, size=size, range=range, detach=True)
        # The command queues no job if the file was rendered before and the cut has not changed since.
        jobs = [data["job"]] if data["job"] else []
        return Work(self._studio, jobs, data, [Path(data["film"])])

    def export(self, file: Path | str, *, overwrite: bool = False) -> tuple[Path, ...]:
        """Write the current cut for another program and return the files. Raises BadInput.

        The file's suffix selects the format: `.otio`, `.edl`, `.fcpxml` or the suffix of a plug-in.
        """
        data = self.run("cut.export", file=str(Path(file).absolute()), overwrite=overwrite)
        return tuple(Path(path) for path in data["paths"])
