"""Arrivals as values and rows: new shots to place, clips whose shot changed its length, clips without a shot.

Pure functions over the results of the commands `cut.place`, `cut.take_up` and `cut.gone`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.tui.terminal.theme import FAILED, WAITING, TextStyles
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import InKeys

NEW, GREW, SHRANK, GONE = "new", "grew", "shrank", "gone"
LENGTHS = (GREW, SHRANK)
WHERE, LENGTH = 11, 8  # Widths in cells of the columns for the position and the length.


@dataclass(frozen=True, slots=True)
class WaitingArrival:
    """A change of the screenplay that waits for a decision in the cut.

    - `what` is the kind of change.
    - `id` is the shot's id for a new shot, otherwise the clip's id.
    - `at` is the position in the cut, as a timecode.
    - `frames` is the length of the shot in frames. If the shot's length changed, it is the difference to the
      clip's length.
    """

    what: str
    id: str
    number: str
    at: str
    frames: int
    words: str
    after: str = ""
    shot: Shot | None = None

    @property
    def length(self) -> str:
        return f"{self.frames:+} f" if self.what in LENGTHS else f"{self.frames} f"


def list_cut_arrivals(
    to_place: Sequence[Mapping[str, Any]],
    marked: Sequence[Mapping[str, Any]],
    without_shot: Sequence[Mapping[str, Any]],
    story: Story,
    sources: Mapping[str, str],
) -> tuple[WaitingArrival, ...]:
    """Combine the results of the commands `cut.place`, `cut.take_up` and `cut.gone` into one list of
    arrivals.

    `to_place` are new shots, `marked` are clips whose shot changed its length, and `without_shot` are clips
    without a shot. `sources` maps the id of a clip to the id of its shot.
    """
    shots = {shot.id: shot for shot in story.shots}
    new = [
        WaitingArrival(NEW, row["id"], row["number"], row["at"], row["frames"], row["text"], row["after"])
        for row in to_place
    ]
    other = [
        WaitingArrival(GREW if row["by"] > 0 else SHRANK, row["id"], row["name"], row["at"], row["by"], "")
        for row in marked
    ]
    lost = [
        WaitingArrival(GONE, row["id"], "", row["at"], row["frames"], row["text"]) for row in without_shot
    ]
    return tuple(
        _attach_shot(each, shots.get(sources.get(each.id, each.id))) for each in (*new, *other, *lost)
    )


def _attach_shot(each: WaitingArrival, shot: Shot | None) -> WaitingArrival:
    if shot is None:
        return each
    spoken = " ".join(f"“{spoken_line.text}”" for spoken_line in shot.dialogue)
    words = each.words or spoken or shot.action
    return WaitingArrival(each.what, each.id, each.number, each.at, each.frames, words, each.after, shot)


def format_arrival_headings(ink: TextStyles) -> Text:
    """Return the column headings."""
    return join_line(
        (f"   {'what':<6}  {'shot':<5} {'at':<{WHERE}}  {'length':>{LENGTH}}  it shows", ink.muted)
    )


def build_arrival_rows(found: Sequence[WaitingArrival], ink: TextStyles) -> list[Row]:
    """Return a row for each arrival, in the order of `found`."""
    return [
        Row(
            each.id,
            join_line(
                _choose_arrival_glyph(each.what, ink),
                (f" {each.what:<6}  ", ink.text),
                (f"{fit_to_cells(each.number or '–', 5)} ", ink.strong),
                (f"{each.at:<{WHERE}}  ", ink.muted),
                (f"{each.length:>{LENGTH}}  ", ink.text),
                (each.words, ink.muted),
            ),
            search=f"{each.what} {each.number} {each.words}",
        )
        for each in found
    ]


def _choose_arrival_glyph(what: str, ink: TextStyles) -> tuple[str, Style]:
    signs = {NEW: (WAITING, ink.stale), GREW: ("▲", ink.stale), SHRANK: ("▾", ink.stale)}
    return signs.get(what, (FAILED, ink.failed))


def build_arrival_detail_rows(
    each: WaitingArrival, story: Story, ink: TextStyles, in_keys: InKeys, width: int
) -> list[Row]:
    """Return rows that describe an arrival: the change, the keys that accept or decline it, and the text of
    its shot.
    """
    texts = [(part, ink.strong) for part in wrap_words(_describe_arrival(each), width)]
    texts += [(part, ink.text) for part in wrap_words(in_keys(_describe_arrival_keys(each)), width)]
    scene = next((one for one in story.scenes if each.shot is not None and one.id == each.shot.scene), None)
    if scene is not None:
        texts += [("", ink.text), (f"{scene.number}  {scene.heading}", ink.muted)]
    if each.shot is not None:
        texts += [(part, ink.text) for part in wrap_words(each.shot.action, width)]
        for spoken_line in each.shot.dialogue:
            texts += [
                (part, ink.text)
                for part in wrap_words(f"{spoken_line.character}  “{spoken_line.text}”", width)
            ]
    return [Row("", join_line(part)) for part in texts]


def _describe_arrival(each: WaitingArrival) -> str:
    if each.what == NEW:
        place = f"its place is after {each.after}" if each.after else "its place is at the start"
        return f"{each.number} is new, but this cut was edited at its place: {place}"
    if each.what == GONE:
        return "the shot of this clip was deleted; the clip stays until you remove it"
    by = format_count(abs(each.frames), "frame")
    return f"{each.number} {each.what} by {by}; the clip kept the length of the cut"


def _describe_arrival_keys(each: WaitingArrival) -> str:
    return {
        NEW: "Enter places it at the playhead, {ui.settle} in its place, {ui.delete} leaves it out",
        GONE: "Enter goes to the clip, {ui.delete} removes it",
    }.get(
        each.what,
        "Enter lets it run to the end of its shot; {ui.delete} keeps the cut's length",
    )
