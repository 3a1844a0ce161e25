"""The inspector of the Timeline screen: going into it, changing what it lists by keys, keyframes.

Steps typed one after the other are one change: seen at once, written as one edit when the hand rests or does
something else. Every change is a command of the registry.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from textual.timer import Timer

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.ids import new_id
from milimo_tui.cut.layout import layout
from milimo_tui.cut.values import Bounds, Clip, Cut, SourceKind
from milimo_tui.tui import inspector_changes as changes
from milimo_tui.tui.inspector_changes import Change
from milimo_tui.tui.inspector_fields import (
    BY_KEY,
    Field,
    Group,
    Value,
    parsed,
    stepped,
    to_type,
    told,
    value_of,
)
from milimo_tui.tui.inspector_rows import ASSET, TAKE, Entry, entries_of, missing_of, of_facts, set_of
from milimo_tui.tui.screens.timeline_base import LAID_AT_ONCE
from milimo_tui.tui.screens.timeline_macros import TimelineMacros
from milimo_tui.tui.timeline_film import film_of
from milimo_tui.tui.timeline_inspector import facts_of
from milimo_tui.tui.widgets.inspector import Inspector

if TYPE_CHECKING:
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke

REST_SECONDS = 0.7  # a hand that rests this long has made its change
CONTEXTS = ("inspector", "list", "global")
STEPS = frozenset({"less", "more"})
LAYS_OUT = frozenset({Group.LENGTH, Group.SPEED})  # what moves clips


@dataclass(frozen=True)
class Draft:
    """A change that is being made: `clip` is the clip as it was, `changed` as it would be."""

    field: Field
    clip: Clip
    value: Value
    frame: int | None  # of a key; None: for the whole clip
    change: Change
    changed: Clip


class TimelineInspect(TimelineMacros):
    """The panel beside the picture, with the keys in it."""

    def __init__(self) -> None:
        super().__init__()
        self.draft: Draft | None = None
        self.armed: set[tuple[str, str]] = set()  # numbers that get keys though they have one or none
        self._aside: list[Draft] = []  # changes that are being written, in their order
        self._rest: Timer | None = None
        self._writing = asyncio.Lock()

    @property
    def inspector(self) -> Inspector:
        return self.query_one(Inspector)

    @property
    def inspecting(self) -> bool:
        return self.focused is not None and self.focused is self.inspector

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        return CONTEXTS if found == self.CONTEXTS and self.inspecting else found

    def mode_name(self) -> str:
        name = super().mode_name()
        return name.replace("NORMAL", "INSPECT", 1) if self.inspecting else name

    # -- in and out of it ------------------------------------------------------------------------------

    async def act_enter(self, stroke: Stroke) -> None:
        """Go in; inside, change the line under the cursor: a count is its value."""
        if not self.inspecting:
            self.enter_inspector()
            return
        key, field = self.inspector.key, BY_KEY.get(self.inspector.key)
        if key.startswith(TAKE):
            await self.pick_take(key.removeprefix(TAKE))
        elif key.startswith(ASSET):
            await self.find_file(key.removeprefix(ASSET))
        elif field is not None and stroke.count is not None:
            await self._give(field, str(stroke.count))
        elif field is not None and field.words:
            await self._type_value(field, "")
        elif field is not None and isinstance(self._value(field), bool):
            self._step(field, 1)
        elif field is not None:
            await self._type_value(field, to_type(field, self._value(field), self._rate(field)))

    def enter_inspector(self) -> None:
        self.halt()
        self._draw_inspector(whole=True)
        if self.inspector.enter():
            self.set_focus(self.inspector)
        else:
            self.say("there is no clip to change here", "warn", "w goes to the next one")

    def leave_inspector(self) -> None:
        if self.inspecting:
            self.set_focus(None)
            self.rest()

    def act_next_pane(self, stroke: Stroke) -> None:
        if self.inspecting:
            self.leave_inspector()
        else:
            self.enter_inspector()

    def act_previous_pane(self, stroke: Stroke) -> None:
        self.act_next_pane(stroke)

    def act_out(self, stroke: Stroke) -> None:
        if self.inspecting:
            self.leave_inspector()
        else:
            super().act_out(stroke)

    def act_close(self, stroke: Stroke) -> None:
        if self.inspecting:
            self.leave_inspector()
        else:
            super().act_close(stroke)

    def on_inspector_chosen(self, event: Inspector.Chosen) -> None:
        self.set_focus(self.inspector)

    def find(self, words: str, step: int) -> None:
        """`/` in the inspector looks for a setting."""
        if not self.inspecting:
            super().find(words, step)
        elif not self.inspector.find(words, step):
            self.say(f"“{words}” is not a setting here", "warn")

    # -- what it shows -----------------------------------------------------------------------------------

    def _draw_inspector(self, *, whole: bool = False) -> None:
        """Facts of the clip, and where there is room or the keys are in it, all that can be set."""
        span, lane = self.shown_span, self.cutting.lane(self.view.lane)
        clip = self.inspected
        if span is not None and clip is not None and clip is not span.clip:
            span = _Shown(clip, span.start, span.end)
        facts = of_facts(facts_of(span, lane, self.cutting, self.faces, self.playhead))
        if span is None or self.cut is None:
            self.inspector.show(facts)
            return
        missing = missing_of(span.clip, self.faces)
        entries: list[Entry] = [*facts[:2], *missing, *facts[2:]]
        if whole or self.inspecting or self.inspector.size.height > len(entries):
            kind = next(track.kind for track in self.cut.tracks if track.id == span.clip.track)
            entries += entries_of(
                span.clip, kind, self.playhead - span.start, self.faces, self.cutting.rate, self._raster()
            )
        elif told_in_short := set_of(span.clip, self.cutting.rate):
            entries.append(Entry("", "set", told_in_short))
        self.inspector.show(entries)

    @property
    def inspected(self) -> Clip | None:
        """The clip that is inspected, as the draft would have it."""
        span = self.shown_span
        if span is None:
            return None
        made = [draft for draft in (*self._aside, self.draft) if draft and draft.clip.id == span.clip.id]
        return made[-1].changed if made else span.clip

    def _raster(self) -> str:
        project = self._snapshot.story.project if self._snapshot is not None else None
        return f"{project.width}x{project.height}" if project is not None else ""

    @property
    def inspected_shot(self) -> str:
        clip = self.inspected
        return clip.source.ref if clip is not None and clip.source.kind is SourceKind.SHOT else ""

    @property
    def inspected_frame(self) -> int:
        """The playhead in the clip's own frames."""
        span = self.shown_span
        return 0 if span is None else min(max(0, self.playhead - span.start), span.end - span.start - 1)

    def _value(self, field: Field) -> Value:
        clip = self.inspected
        if clip is None:
            return None
        return value_of(
            field, clip, self.inspected_frame, self.faces.shots.get(self.inspected_shot), self._raster()
        )

    def _rate(self, field: Field) -> Fraction:
        film = self._snapshot
        return (
            film.story.project.rate if field.group is Group.SHOT and film is not None else self.cutting.rate
        )

    # -- changing ------------------------------------------------------------------------------------------

    def act_less(self, stroke: Stroke) -> None:
        self._step_here(-stroke.times, big=bool(stroke.binding.args.get("big")))

    def act_more(self, stroke: Stroke) -> None:
        self._step_here(stroke.times, big=bool(stroke.binding.args.get("big")))

    def _step_here(self, count: int, *, big: bool) -> None:
        key, field = self.inspector.key, BY_KEY.get(self.inspector.key)
        if field is not None and field.steps:
            self._step(field, count, big=big)
        elif key.startswith(TAKE):
            self.say("a take is picked", hint="Enter picks it, ( ) go through them")
        else:
            self.say("this is typed", hint="Enter types it")

    def _step(self, field: Field, count: int, *, big: bool = False) -> None:
        before = self._value(field)
        value = stepped(field, before, count, big=big)
        if value == before and not isinstance(before, bool):
            self.say(f"{field.label} goes no further than {told(field, before, self._rate(field))}", "warn")
            return
        self.change(field, value)

    async def pick_take(self, take: str) -> None:
        """Enter on a take's line."""

    async def find_file(self, asset: str) -> None:
        """Enter on a file that went."""

    async def act_type_value(self, stroke: Stroke) -> None:
        """`-`, `.`, `+`, or digits before them: a value typed from its first character."""
        field = BY_KEY.get(self.inspector.key)
        if field is None:
            self.say("there is nothing to type here", hint="j k go to a setting")
            return
        sign = stroke.binding.chord[0].replace("+", "")
        await self._type_value(field, f"{'' if stroke.count is None else stroke.count}{sign}")

    async def _type_value(self, field: Field, value: str) -> None:
        typed = await self.ask(field.label, value, name="VALUE", suggestions=field.words)
        if typed is not None:
            await self._give(field, typed)

    async def _give(self, field: Field, typed: str) -> None:
        """Set a field to what was typed, at once."""
        try:
            value = parsed(field, typed, self._rate(field))
        except MilimoError as error:
            self.studio_app.say_error(error)
            return
        self.change(field, value)
        await self.write_draft()

    def change(self, field: Field, value: Value) -> None:
        """Show the change, and write it soon; the change of another thing before it is written now."""
        clip, draft = self.inspected, self.draft
        if clip is None:
            return
        if draft is not None and (draft.clip.id, draft.field) != (clip.id, field):
            self._put_aside()
        frame = self.inspected_frame if field.keyed and self._makes_key(clip, field) else None
        if self.draft is not None and self.draft.frame != frame:
            self._put_aside()
        self._draft(field, clip.id, value, frame)
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST_SECONDS, self.rest)

    def _draft(self, field: Field, clip_id: str, value: Value, frame: int | None) -> None:
        """Work out what a change makes of the cut as it will be, and show that."""
        film = self._snapshot
        cut = self._expected()
        clip = next((each for each in cut.clips if each.id == clip_id), None) if cut is not None else None
        if film is None or cut is None or clip is None:
            self.draft = None
            return
        bounds = _bounds(film)
        change = changes.change_of(
            field, clip, value, frame=frame, shot=clip.source.ref, mint=new_id, bounds=bounds
        )
        changed = clip
        if change.preview is not None:
            try:
                after = change.preview(cut)
            except MilimoError as error:
                self.studio_app.say_error(error)
                return
            changed = next(each for each in after.clips if each.id == clip_id)
            if field.group in LAYS_OUT and len(after.clips) <= LAID_AT_ONCE:
                self.cutting = film_of(layout(after), film.story)
            self.resolve(film, after)
        if field.group is Group.LENGTH and changed.frames != value:
            self.say(f"it goes no further than {told(field, changed.frames, self.cutting.rate)}", "warn")
            value, by = changed.frames, changed.frames - clip.frames
            change = replace(change, args={**change.args, "by": by})
        self.draft = Draft(field, clip, value, frame, change, changed)
        self.redraw()

    def _expected(self) -> Cut | None:
        """The cut as it will be when all that is being written is."""
        cut = self.cut
        for draft in self._aside:
            if cut is not None and draft.change.preview is not None:
                with suppress(MilimoError):  # writing it says so
                    cut = draft.change.preview(cut)
        return cut

    def _makes_key(self, clip: Clip, field: Field) -> bool:
        """Whether a change of a number makes a key."""
        return changes.animated(clip.effects.curve(field.key)) or (clip.id, field.key) in self.armed

    # -- writing -------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """The hand rests: write what it has changed."""
        if self.draft is not None:
            self._put_aside()

    def _put_aside(self) -> None:
        """No further step changes this draft: it is written in its turn."""
        if self.draft is not None:
            self._aside.append(self.draft)
            self.draft = None
            self.background(self._write_aside)

    async def write_draft(self) -> None:
        """Write what was changed, and wait until it is."""
        if self.draft is not None:
            self._aside.append(self.draft)
            self.draft = None
        await self._write_aside()

    async def _write_aside(self) -> None:
        """Write the changes that were made, each as one edit; steps meanwhile rest on what they make."""
        async with self._writing:
            while self._aside:
                draft = self._aside[0]
                if draft.changed != draft.clip or draft.change.preview is None:
                    await self.studio_app.command(draft.change.command, draft.change.args)
                self._aside.pop(0)
                await self._show_now()
                self._show_again()

    def show_film(self, film: Snapshot | None) -> None:
        super().show_film(film)
        if self.draft is not None:
            self._draw_draft()

    def _show_again(self) -> None:
        """What is drawn as it would be: now by the film as it is."""
        if self.draft is not None:
            self._draw_draft()
        elif self._snapshot is not None and self.cut is not None:
            self.cutting = self._laid
            self.redraw()

    def _draw_draft(self) -> None:
        draft = self.draft
        if draft is not None:
            self._draft(draft.field, draft.clip.id, draft.value, draft.frame)

    # -- in its turn -----------------------------------------------------------------------------------------

    def writes(self, stroke: Stroke) -> bool:
        """What is typed behind a change waits until that is written."""
        changing = self.draft is not None or bool(self._aside)
        return super().writes(stroke) or (changing and stroke.binding.act not in STEPS)

    async def do(self, stroke: Stroke) -> None:
        if stroke.binding.act not in STEPS:
            await self.write_draft()
        await super().do(stroke)

    def on_screen_suspend(self) -> None:
        self.rest()
        super().on_screen_suspend()

    def on_unmount(self) -> None:
        """Leaving: nothing runs after this, so the change is written at once."""
        super().on_unmount()
        draft, self.draft = self.draft, None
        if draft is not None:
            from milimo_tui.studio.registry import run

            with suppress(MilimoError):  # a change that can't be kept is no reason to stay
                run(self.studio_app.studio, draft.change.command, draft.change.args)


def _bounds(film: Snapshot) -> Bounds:
    from milimo_tui.studio.commands.cut_common import media_bounds

    return media_bounds(film.story, film.cuts)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A clip where it lies, as a draft would have it."""

    clip: Clip
    start: int
    end: int
