"""The inspector of the Timeline screen: going into it, and what it lists.

The keys that change a line are in `timeline_values`, making and writing a change in `timeline_drafts`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from milimo_tui.cut.values import Clip
from milimo_tui.story.values import AssetKind
from milimo_tui.tui.inspector.changes import animated
from milimo_tui.tui.inspector.fields import BY_KEY, Field, Group, Value
from milimo_tui.tui.inspector.rows import TAKE, Entry, entries_of, marks_of, missing_of, of_facts, set_of
from milimo_tui.tui.inspector.subject import field_of, value_of
from milimo_tui.tui.inspector.text import told
from milimo_tui.tui.screens.timeline_drafts import TimelineDrafts
from milimo_tui.tui.timeline.inspector import facts_of
from milimo_tui.tui.widgets.inspector import Inspector

if TYPE_CHECKING:
    from milimo_tui.tui.chords import Stroke

CONTEXTS = ("inspector", "list", "global")
Listed = tuple[Any, ...]  # what a list was made of: the same values, the same list


class TimelineInspect(TimelineDrafts):
    """The panel beside the picture, with the keys in it."""

    def __init__(self) -> None:
        super().__init__()
        self._typing_value = False
        self._listed: tuple[Listed, tuple[Entry, ...]] | None = None  # what was listed last, and of what

    @property
    def inspector(self) -> Inspector:
        return self.query_one(Inspector)

    @property
    def inspecting(self) -> bool:
        """Whether the keys are in it, or a value of it is being typed."""
        return self._typing_value or super().inspecting

    @property
    def field_here(self) -> Field | None:
        """The setting under the cursor."""
        subject = self.subject
        return field_of(subject, self.inspector.key) if subject is not None else None

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
        field = self.field_here if self.inspecting else None
        of_shot = self.inspecting and self.inspector.key.startswith(TAKE)
        return "project" if of_shot or (field and field.group is Group.SHOT) else super().undoes

    # -- in and out of it ------------------------------------------------------------------------------

    def enter_inspector(self) -> None:
        self.halt()
        self.background(self._learn_names, "names", exclusive=True)
        self._draw_inspector(whole=True)
        if self.inspector.enter():
            self.set_focus(self.inspector)
        else:
            self.say("there is no clip to change here", "warn", "w goes to the next one")

    async def _learn_names(self) -> None:
        """What mattes and LUTs are called, to choose from."""
        project, film = self.studio_app.studio.project(), self._snapshot
        masks = await self.in_thread(project.facts.masks)
        if film is None:
            return
        luts = {asset.id: asset.name for asset in film.story.assets if asset.kind is AssetKind.LUT}
        mattes = {mask.id: mask.label or mask.id for mask in masks}
        if self.names != (known := {"lut": luts, "matte": mattes}):
            self.names = known
            self._draw_inspector()

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
        if span is None or self.cut is None:
            self.inspector.show(of_facts(facts_of(span, lane, self.cutting, self.faces, self.playhead)))
            return
        whole = whole or self.inspecting
        facts = of_facts(facts_of(span, lane, self.cutting, self.faces, self.playhead, marks=not whole))
        missing = missing_of(span.clip, self.faces)
        entries: list[Entry] = [*facts[:2], *missing, *facts[2:]]
        room = whole or self.inspector.size.height > len(entries)
        marks = marks_of(self.cutting, span) if whole else ()
        entries += [self._as_drafted(entry) for entry in self._settings(span.clip, marks, whole=room)]
        self.inspector.show(entries)

    def _as_drafted(self, entry: Entry) -> Entry:
        """A setting of the shot as a change in the making has it; the clip's are in the clip."""
        field = BY_KEY.get(entry.key)
        draft = self.draft_of(field) if field is not None and field.group is Group.SHOT else None
        if field is None or draft is None:
            return entry
        return replace(entry, words=told(field, draft.value, self._rate(field)), set=True)

    def _settings(self, clip: Clip, marks: tuple[Entry, ...], *, whole: bool) -> tuple[Entry, ...]:
        """All that can be set of a clip, or what is not as it came; made anew when it may be another."""
        subject = self.subject
        if subject is None:
            return ()
        moves = any(animated(curve) for _, curve in clip.effects.curves) or self.armed
        frame = subject.frame if moves else 0
        armed = frozenset(key for id, key in self.armed if id == clip.id)
        made_of = (clip, self.faces, self.names, whole, frame, subject.size, subject.edges, marks, armed)
        if self._listed is None or not _same(self._listed[0], made_of):
            if whole:
                made = entries_of(subject, self.faces, marks, armed)
            else:
                told_in_short = set_of(clip, self.cutting.rate)
                made = (Entry("", "set", told_in_short),) if told_in_short else ()
            self._listed = (made_of, made)
        return self._listed[1]

    def _value(self, field: Field) -> Value:
        """What a setting is, as a change in the making has it."""
        draft, subject = self.draft_of(field), self.subject
        if draft is not None and draft.frame in (None, self.inspected_frame):
            return draft.value
        return value_of(field, subject) if subject is not None else None

    def _rate(self, field: Field) -> Fraction:
        film = self._snapshot
        if field.group is Group.SHOT and film is not None:
            return film.story.project.rate
        return self.cutting.rate


def _same(one: Listed, other: Listed) -> bool:
    """Whether two lists would be the same; clip and faces are the very same values, or others."""
    return all(left is right for left, right in zip(one[:3], other[:3], strict=True)) and one[3:] == other[3:]


@dataclass(frozen=True, slots=True)
class _Shown:
    """A clip where it lies, as a draft would have it."""

    clip: Clip
    start: int
    end: int
