"""The inspector of the Timeline screen: going into it, what it lists, and the keys that change a line.

Making and writing a change is in `timeline_drafts`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.values import Clip
from milimo_tui.tui.inspector_changes import animated
from milimo_tui.tui.inspector_fields import BY_KEY, Field, Group, Value, stepped, value_of
from milimo_tui.tui.inspector_rows import ASSET, TAKE, Entry, entries_of, missing_of, of_facts, set_of
from milimo_tui.tui.inspector_text import parsed, to_type, told
from milimo_tui.tui.screens.timeline_drafts import TimelineDrafts
from milimo_tui.tui.timeline_faces import Faces
from milimo_tui.tui.timeline_inspector import facts_of
from milimo_tui.tui.timeline_model import Span
from milimo_tui.tui.widgets.inspector import Inspector

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

CONTEXTS = ("inspector", "list", "global")
Listed = tuple[Clip, Faces, str, bool, int]  # clip, faces, raster, whether whole, the frame where it counts


class TimelineInspect(TimelineDrafts):
    """The panel beside the picture, with the keys in it."""

    def __init__(self) -> None:
        super().__init__()
        self._listed: tuple[Listed, tuple[Entry, ...]] | None = None  # what was listed last, and of what

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

    @property
    def undoes(self) -> str:
        """On a line of the shot the film's edits: which take is picked, and what the next one is made of."""
        field = BY_KEY.get(self.inspector.key) if self.inspecting else None
        of_shot = self.inspecting and self.inspector.key.startswith(TAKE)
        return "project" if of_shot or (field and field.group is Group.SHOT) else super().undoes

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
        room = whole or self.inspecting or self.inspector.size.height > len(entries)
        entries += [self._as_drafted(entry) for entry in self._settings(span, whole=room)]
        self.inspector.show(entries)

    def _as_drafted(self, entry: Entry) -> Entry:
        """A setting of the shot as a change in the making has it; the clip's are in the clip."""
        field = BY_KEY.get(entry.key)
        draft = self.draft_of(field) if field is not None and field.group is Group.SHOT else None
        if field is None or draft is None:
            return entry
        return replace(entry, words=told(field, draft.value, self._rate(field)), set=True)

    def _settings(self, span: Span, *, whole: bool) -> tuple[Entry, ...]:
        """All that can be set of a clip, or what is not as it came; made anew when it may be another."""
        assert self.cut is not None
        clip, frame = span.clip, self.playhead - span.start
        moves = any(animated(curve) for _, curve in clip.effects.curves)
        key = (clip, self.faces, self._raster(), whole, frame if moves else 0)
        if self._listed is None or not _same(self._listed[0], key):
            if whole:
                kind = next(track.kind for track in self.cut.tracks if track.id == clip.track)
                made = entries_of(clip, kind, frame, self.faces, self.cutting.rate, self._raster())
            else:
                told_in_short = set_of(clip, self.cutting.rate)
                made = (Entry("", "set", told_in_short),) if told_in_short else ()
            self._listed = (key, made)
        return self._listed[1]

    def _raster(self) -> str:
        project = self._snapshot.story.project if self._snapshot is not None else None
        return f"{project.width}x{project.height}" if project is not None else ""

    def _value(self, field: Field) -> Value:
        clip, draft = self.inspected, self.draft_of(field)
        if clip is None:
            return None
        if draft is not None and draft.frame in (None, self.inspected_frame):
            return draft.value
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


def _same(one: Listed, other: Listed) -> bool:
    """Whether two lists would be the same; clip and faces are the very same values, or others."""
    return one[0] is other[0] and one[1] is other[1] and one[2:] == other[2:]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A clip where it lies, as a draft would have it."""

    clip: Clip
    start: int
    end: int
