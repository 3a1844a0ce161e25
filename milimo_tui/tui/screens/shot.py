"""The shot inspector: what will be sent, field by field, and the takes there are."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Horizontal
from textual.widget import Widget

from milimo_tui.story.values import Angle, Function, Movement, Rig, Size
from milimo_tui.tui.film_view import Source, framing, jobs_by_shot, path_of, shown_by, state_text
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.theme import EMPTY, FAILED, PICKED, STALE, STARS, Ink
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import line

if TYPE_CHECKING:
    from milimo_tui.engines.specs import MakeVideo
    from milimo_tui.story.prompt import Prompt
    from milimo_tui.story.values import Element, Story, Take
    from milimo_tui.studio.making import ShotState
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke
    from milimo_tui.tui.follow import Queue

LABEL = 10  # cells of a field's name
TAKE = "take:"  # row keys of takes begin with it

# Field of the inspector → argument of shot.set, and the words it may have.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "size": tuple(value.value for value in Size),
    "angle": tuple(value.value for value in Angle),
    "movement": tuple(value.value for value in Movement),
    "function": tuple(value.value for value in Function),
    "rig": tuple(value.value for value in Rig),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A shot as the inspector shows it, worked out in a thread."""

    story: Story
    state: ShotState
    prompt: Prompt
    spec: MakeVideo
    elements: tuple[Element, ...]
    files: dict[str, Source]  # take id → its picture
    shown: Source


def look(story: Story, folder: str, shot: str) -> Seen | None:
    """Everything about a shot; None when it is gone. Pure over the snapshot."""
    from milimo_tui.studio import making

    state = next((state for state in making.states(story) if state.shot.id == shot), None)
    if state is None:
        return None
    assets = {asset.id: asset for asset in story.assets}
    middle = float(state.shot.frames / story.project.rate) / 2
    return Seen(
        story=story,
        state=state,
        prompt=making.prompt_of(story, state.shot),
        spec=making.video_spec(story, state.shot),
        elements=making.matched(story, state.scene, state.shot),
        files={
            take.id: Source(path_of(folder, assets[take.asset]), middle)
            for take in state.takes
            if take.asset in assets
        },
        shown=shown_by(story, folder, state, assets),
    )


def field_rows(seen: Seen, ink: Ink, width: int, *, parts: bool) -> list[Row]:
    """The inspector's lines: fields that Enter edits, then the takes that Enter picks."""
    shot, spec, project = seen.state.shot, seen.spec, seen.story.project
    seconds = float(shot.frames / project.rate)
    own = "" if shot.prompt is None else "its own words; an empty one goes back"
    rows = [
        _field("length", f"{seconds:.1f} s  {shot.frames} f", ink, note=f"at {float(project.rate):g} fps"),
        *_wrapped("action", shot.action or "—", ink, width),
        _field("framing", f"{shot.size.value}   {shot.angle.value}   {shot.movement.value}", ink, key="size"),
        _field("", f"{shot.function.value}   {shot.rig.value}", ink, key="function"),
        Row("", Text()),
    ]
    if parts:
        for index, part in enumerate(seen.prompt.parts):
            rows += _wrapped(
                "prompt" if index == 0 else "", part.text, ink, width, tag=part.role, key="prompt"
            )
    else:
        rows += _wrapped("prompt", seen.prompt.text, ink, width, note=own)
    rows += _wrapped("negative", seen.prompt.negative or "—", ink, width)
    seed = f"{shot.seed}   {'locked' if shot.seed_locked else 'free: another take draws a new one'}"
    rows += [
        _field("seed", seed, ink),
        _field("steps", f"{_or_auto(shot.steps)}   guidance {_or_auto(shot.guidance)}", ink),
        _field("engine", spec.engine, ink, note="" if shot.engine else "the film's"),
        _field("elements", "  ".join(element.trigger for element in seen.elements) or "—", ink, key=""),
        Row("", Text()),
        Row("", line(("Takes", ink.strong), ("   Enter picks  *1–*5 rates  x rejects", ink.muted))),
    ]
    takes = [_take_row(seen, place, take, ink) for place, take in enumerate(seen.state.takes, 1)]
    none = Row("", line((f"{EMPTY} none yet   ", ink.muted), ("c c", ink.key), (" makes one", ink.muted)))
    return rows + (list(reversed(takes)) or [none])


def _or_auto(value: float | None) -> str:
    """A number of the person's, or that the engine chooses."""
    return "auto" if value is None else f"{value:g}"


def _field(label: str, value: str, ink: Ink, *, note: str = "", key: str | None = None) -> Row:
    return Row(
        label if key is None else key,
        line((f"{label:<{LABEL}}", ink.muted), (value, ink.text), (f"   {note}" if note else "", ink.muted)),
    )


def _wrapped(
    label: str, value: str, ink: Ink, width: int, *, note: str = "", tag: str = "", key: str | None = None
) -> list[Row]:
    """A field of several lines; only the first takes the cursor."""
    head = f"[{tag}] " if tag else ""
    lines = textwrap.wrap(head + value, max(20, width - LABEL - 5)) or [head]
    rows = []
    for index, words in enumerate(lines):
        text = line((f"{label if index == 0 else '':<{LABEL}}", ink.muted))
        if index == 0 and head:
            text.append(head.rstrip(), ink.accent)
            text.append(words[len(head) - 1 :], ink.text)
        else:
            text.append(words, ink.text)
        if note and index == len(lines) - 1:
            text.append(f"   {note}", ink.muted)
        rows.append(Row((label if key is None else key) if index == 0 else "", text))
    return rows


def _take_row(seen: Seen, place: int, take: Take, ink: Ink) -> Row:
    picked = seen.state.picked is not None and take.id == seen.state.picked.id
    stale = picked and seen.state.stale
    glyph, style = (EMPTY, ink.muted)
    if take.rejected:
        glyph, style = FAILED, ink.failed
    elif picked:
        glyph, style = (STALE, ink.stale) if stale else (PICKED, ink.picked)
    words = "rejected" if take.rejected else "stale" if stale else "picked" if picked else ""
    return Row(
        TAKE + take.id,
        line(
            (f"{glyph} ", style),
            (f"take {place:<3}", ink.text),
            (f"{words:<9}", style),
            (STARS * take.rating, ink.stale),
        ),
        line(
            (
                f"{take.engine}{' previs' if take.previs else ''}   seed {take.seed}   {take.frames} f",
                ink.muted,
            )
        ),
    )


class ShotScreen(StudioScreen):
    """One shot. Esc goes back to where it was opened from."""

    MODE = "shot"
    TITLE = "Shot"
    CONTEXTS = ("shot", "list", "global")
    CSS_PATH = "shot.tcss"
    AUTO_FOCUS = "#fields"

    def __init__(self, shot: str) -> None:
        super().__init__()
        self.shot = shot
        self.parts = False
        self.seen: Seen | None = None

    def body(self) -> Iterable[Widget]:
        yield Horizontal(Rows(id="fields"), Picture(id="picture"), id="shot")

    def show_film(self, film: Snapshot | None) -> None:
        self.background(partial(self._read, film), "read", exclusive=True)

    async def _read(self, film: Snapshot | None) -> None:
        if film is None:
            self.dismiss()
            return

        def read() -> Seen | None:
            folder = str(self.studio_app.studio.project().paths.root)
            return look(film.story, folder, self.shot)

        self.seen = await self.in_thread(read)
        if self.seen is None:
            self.say("that shot is gone", "warn", "u brings it back")
            self.dismiss()
            return
        self._draw()
        await self._show_picture()

    def _draw(self) -> None:
        rows = self.query_one(Rows)
        if self.seen is not None:
            rows.show(field_rows(self.seen, self.ink, rows.size.width or 60, parts=self.parts))
            self.refresh_lines()

    def show_queue(self, queue: Queue) -> None:
        self.refresh_lines()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def heading(self) -> Text:
        if self.seen is None:
            return super().heading()
        state = self.seen.state
        return line((state.number, self.ink.strong), "  ", (framing(state.shot, short=False), self.ink.text))

    def facts(self) -> Text | str:
        if self.seen is None:
            return ""
        job = jobs_by_shot(self.studio_app.queue.jobs).get(self.shot)
        return state_text(self.seen.state, job, self.ink, make="c c")

    async def _show_picture(self) -> None:
        """The take under the cursor, else what the film shows of this shot."""
        if self.seen is None:
            return
        picture = self.query_one(Picture)
        take = self.query_one(Rows).key.removeprefix(TAKE)
        source = self.seen.files.get(take, self.seen.shown)
        columns, rows = picture.size.width, picture.size.height
        drawing = None
        if source.path:
            drawing = await self.studio_app.pictures.of_file(
                Path(source.path), columns, rows, seconds=source.seconds, bars=self.ink.rgb("surface")
            )
        picture.show_drawing(drawing, "no picture yet" if not source.path else "offline")

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.background(self._show_picture, "picture", exclusive=True)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        self.background(self._show_picture, "picture", exclusive=True)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        if event.key.startswith(TAKE):
            self.run_command("shot.pick", {"id": self.shot, "take": event.key.removeprefix(TAKE)})
        else:
            self.background(partial(self._edit, event.key))

    async def _edit(self, field: str) -> None:
        """Ask for a field's new value and set it; several words of the frame one after the other."""
        if self.seen is None:
            return
        shot = self.seen.state.shot
        follow = {
            "size": ("size", "angle", "movement"),
            "function": ("function", "rig"),
            "steps": ("steps", "guidance"),
        }
        values: dict[str, Any] = {}
        for name in follow.get(field, (field,)):
            old = self._value(name)
            hint = f" ({', '.join(CHOICES[name])})" if name in CHOICES else ""
            new = await self.ask(
                f"{self.seen.state.number} {name}{hint}:", old, name="SHOT", suggestions=CHOICES.get(name, ())
            )
            if new is None:
                break
            if new.strip() != old:
                values[name] = new.strip()
        if values:
            await self.command("shot.set", id=shot.id, **values)

    def _value(self, name: str) -> str:
        """A field as the person types it."""
        if self.seen is None:
            return ""
        shot = self.seen.state.shot
        if name == "length":
            return f"{shot.frames}f"
        if name == "prompt":
            return shot.prompt if shot.prompt is not None else self.seen.prompt.text
        value = getattr(shot, name)
        return "" if value is None else str(value)

    def args_for(self, command: str, stroke: Stroke) -> Mapping[str, Any] | None:
        match command:
            case "shot.make":
                return {"ids": (self.shot,), "takes": stroke.times, "detach": True}
            case "storyboard.board":
                return {"ids": (self.shot,), "detach": True}
            case "shot.rate":
                take = self._take()
                if not stroke.argument.isdigit() or not 0 <= int(stroke.argument) <= 5 or take is None:
                    self.say("a take has 1 to 5 stars, 0 takes them off", "warn")
                    return None
                return {"id": self.shot, "rating": int(stroke.argument), "take": take}
        return {"id": self.shot}

    def shown_file(self) -> str:
        if self.seen is None:
            return ""
        return self.seen.files.get(self._take() or "", self.seen.shown).path

    def _take(self) -> str | None:
        """The take under the cursor, else the picked one."""
        key = self.query_one(Rows).key
        if key.startswith(TAKE):
            return key.removeprefix(TAKE)
        picked = self.seen.state.picked if self.seen else None
        return picked.id if picked else None

    # -- acts --------------------------------------------------------------------------------------

    async def act_edit(self, stroke: Stroke) -> None:
        await self._edit("prompt")

    def act_parts(self, stroke: Stroke) -> None:
        """Show what each part of the prompt comes from, or the prompt as sent."""
        self.parts = not self.parts
        self._draw()

    def act_delete(self, stroke: Stroke) -> None:
        take = self._take()
        if take is None:
            self.say("there is no take to reject", "warn")
        else:
            self.run_command("shot.rate", {"id": self.shot, "rating": 0, "take": take, "reject": True})

    def act_next_shot(self, stroke: Stroke) -> None:
        self._step(stroke.times)

    def act_previous_shot(self, stroke: Stroke) -> None:
        self._step(-stroke.times)

    def _step(self, by: int) -> None:
        film = self.film
        if film is None:
            return
        ids = [shot.id for shot in film.story.live_shots()]
        if self.shot in ids:
            self.shot = ids[max(0, min(len(ids) - 1, ids.index(self.shot) + by))]
            self.studio_app.shot = self.shot
            self.show_film(film)

    async def act_to_script(self, stroke: Stroke) -> None:
        if self.seen is not None:
            await self.studio_app.go_to_script_line(self.seen.state.shot.line)
