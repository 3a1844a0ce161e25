"""The texts of the Review screen: the heading, the facts of a take, and the text shown in place of a picture
for a failed job. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_elapsed_time
from milimo_tui.core.time import format_timecode
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import Scene, Shot, Story, Take
from milimo_tui.studio.project.inbox import TakeCheck
from milimo_tui.studio.project.review import (
    MADE_HERE,
    FilmReview,
    ReviewItem,
    ReviewState,
    format_time_span,
    list_state_counts,
)
from milimo_tui.tui.shot.shot_state import describe_framing, format_tags, list_framings
from milimo_tui.tui.terminal.theme import EMPTY, FAILED, PICKED, STALE, STARS, WAITING, TextStyles
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.keymap import InKeys

REJECTED, GOOD, LOWER = "–", "✓", "↓"
COLOURS = {
    ReviewState.MADE: "text",
    ReviewState.STEPPED_DOWN: "stale",
    ReviewState.FAILED: "failed",
    ReviewState.SET_ASIDE: "failed",
    ReviewState.SKIPPED: "stale",
    ReviewState.WAITING: "stale",
    ReviewState.AGAIN: "working",
}
TITLES = {
    ReviewState.FAILED: "failed",
    ReviewState.SET_ASIDE: "was set aside",
    ReviewState.SKIPPED: "was skipped",
    ReviewState.WAITING: "is made, and waits for the film",
    ReviewState.AGAIN: "is in the queue again",
}


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item under review, with the take that is shown for it and the facts about this take. The take may be
    another take of the item's shot.
    """

    item: ReviewItem
    shot: Shot | None = None
    scene: Scene | None = None
    take: Take | None = None
    place: int = 0
    takes: int = 0
    picked: bool = False
    checks: tuple[TakeCheck, ...] = ()
    # Likeness of the take to each element's picture, the lowest first: `like Mara 0.83`.
    likenesses: tuple[str, ...] = ()


def make_shown_item(
    story: Story, item: ReviewItem, take: str = "", checks: tuple[TakeCheck, ...] = ()
) -> ShownItem:
    """Return an item with the take to show for it and the facts about this take. `take` is the id of the
    take; an empty text means the item's own take. `checks` are the results of the take's checks.
    """
    shot = next((shot for shot in story.shots if shot.id == item.shot), None)
    if shot is None:
        return ShownItem(item)
    scene = next((scene for scene in story.scenes if scene.id == shot.scene), None)
    takes = [each for each in story.takes if each.shot == shot.id]
    take_id = take or item.take
    place = next((place for place, each in enumerate(takes, 1) if each.id == take_id), 0)
    found = takes[place - 1] if place else None
    picked = found is not None and found == picked_takes.pick_from_takes(shot, takes)
    like = describe_likenesses(story, found) if found is not None else ()
    return ShownItem(item, shot, scene, found, place, len(takes), picked, checks, like)


def describe_likenesses(story: Story, take: Take) -> tuple[str, ...]:
    """Describe how alike a take is to the pictures of its elements, the lowest score first. The score is only
    a hint for the user.
    """
    names = {element.id: element.name for element in story.elements}
    found = sorted(take.likenesses.items(), key=lambda one: one[1])
    return tuple(f"like {names[id]}  {score:.2f}" for id, score in found if id in names)


def format_review_heading(review: FilmReview, ink: TextStyles, *, everything: bool = False) -> Text:
    """Return the heading of the screen, such as `Review · while you were away 23:40–07:12`. `everything`
    means that the screen lists all takes of the film and not only new ones.
    """
    head = join_line(("Review", ink.strong))
    if everything:
        return head.append(" · every take", ink.muted)
    if review.began is None:
        return head.append(f" · {MADE_HERE}" if review.items else "", ink.muted)
    head.append(" · while you were away ", ink.muted)
    return head.append(format_time_span(review.began, review.ended), ink.text)


def format_review_totals(
    review: FilmReview, ink: TextStyles, in_keys: InKeys, *, everything: bool = False
) -> Text:
    """Return the counts of takes made during the user's absence: `37 made 2 failed`. If there was no absence,
    return the number of new items and the keys to use.
    """
    if everything or review.began is None:
        return _format_unseen_count(len(review.unseen_items), ink, in_keys) if review.items else join_line()
    out = join_line()
    for state, words in list_state_counts(review.count_by_state(away=True)):
        out.append("   " if out else "")
        out.append(words, getattr(ink, COLOURS[state]))
    return out.append(f"   {review.earlier_count} from before" if review.earlier_count else "", ink.muted)


def _format_unseen_count(count: int, ink: TextStyles, in_keys: InKeys) -> Text:
    if not count:
        keys = in_keys("{ui.mode timeline}")
        return join_line(("all looked at   ", ink.muted), (keys, ink.key), (" the cut", ink.muted))
    out = join_line((f"{count} not looked at   ", ink.stale), ("Enter", ink.key), (" picks   ", ink.muted))
    return out.append(in_keys("{ui.next_item}"), ink.key).append(" passes", ink.muted)


def make_take_facts(
    shown: ShownItem, rate: Fraction, ink: TextStyles, width: int, *, beside: Sequence[Text] = ()
) -> list[Text]:
    """Return the lines of the column with facts next to the picture, `width` cells wide. `beside` are the
    lines of a comparison with another take.
    """
    item, shot = shown.item, shown.shot
    room = width - len(item.number) - 2
    words = [describe_framing(shot), *list_framings(shot)] if shot else [""]
    fitting = next((each for each in words if len(each) <= room), words[-1])
    out = [join_line((item.number, ink.strong), "  ", (fitting, ink.text))]
    if shown.scene is not None:
        out.append(join_line((shown.scene.heading, ink.muted)))
    out.append(join_line())
    if shown.take is not None:
        out += _make_take_lines(shown, shown.take, rate, ink, width)
    else:
        out.append(_format_item_state(item, ink))
    if beside:
        out += [join_line(), *beside]
    if shot is not None:
        out += [join_line(), *_make_dialogue_lines(shot, ink, width)]
    if shown.take is not None:
        out += _make_note_lines(shown.take, rate, ink, width)
    return out


def _make_note_lines(take: Take, rate: Fraction, ink: TextStyles, width: int) -> list[Text]:
    """Return the user's notes on a take: tags, the note on the entire take, the notes on its frames."""
    out = _wrap_in_style(" ".join(format_tags(take.tags)), width, ink.accent) if take.tags else []
    out += _wrap_in_style(f"remark  “{take.note}”", width, ink.stale) if take.note else []
    for note in take.notes:
        out += _wrap_in_style(f"◆ {format_timecode(note.frame, rate)[3:]}  “{note.text}”", width, ink.stale)
    return [join_line(), *out] if out else []


def make_item_search_text(item: ReviewItem) -> str:
    """Return the text of an item that the search (`/`) looks through."""
    notes = (note.text for note in item.notes)
    return " ".join((item.number, item.state.value, item.reason, item.note, *notes, *format_tags(item.tags)))


def _format_item_state(item: ReviewItem, ink: TextStyles) -> Text:
    glyph, style = get_item_mark(item, ink)
    return join_line((f"{glyph} ", style), (TITLES.get(item.state, "made").removeprefix("was "), style))


def _make_take_lines(item: ShownItem, take: Take, rate: Fraction, ink: TextStyles, width: int) -> list[Text]:
    glyph, style, word = _get_take_judgement(item, take, ink)
    of = f" of {item.takes}" if item.takes > 1 else ""
    mine = item.item.take == take.id
    made = [
        f"seed {take.seed}",
        take.engine,
        *filter(None, [engine_registry.get_placeholder_mark(take.engine, take.previs)]),
    ]
    made += [f"{float(take.length / rate):.1f} s", f"{take.length} f"]
    if mine and item.item.took is not None:
        made.append(f"made in {format_elapsed_time(item.item.took)}")
    out = flow_texts(
        [join_line((f"{glyph} {word}", style)), join_line((f"take {item.place}{of}", ink.text))]
        + ([join_line((STARS * take.rating, ink.stale))] if take.rating else []),
        width,
        join_line("   "),
    )
    out += flow_texts([join_line((words, ink.muted)) for words in made], width, join_line((" · ", ink.muted)))
    out += [join_line(), *_make_check_lines(item.checks, ink, width)]
    out += [join_line((fit_to_cells(words, width), ink.muted)) for words in item.likenesses]
    if mine and item.item.state is ReviewState.STEPPED_DOWN:
        out += _wrap_in_style(f"{LOWER} stepped down {item.item.reason}", width, ink.stale)
    return out


def _get_take_judgement(item: ShownItem, take: Take, ink: TextStyles) -> tuple[str, Style, str]:
    if take.rejected:
        return REJECTED, ink.failed, "rejected"
    return (PICKED, ink.picked, "picked") if item.picked else (EMPTY, ink.text, "not picked")


def _make_check_lines(checks: Sequence[TakeCheck], ink: TextStyles, width: int) -> list[Text]:
    """Return lines with the results of the checks of a take: `✓ sound ✓ length ◐ older than what the shot
    says`.
    """
    pieces = []
    for check in checks:
        glyph, style = (GOOD, ink.picked) if check.good else (STALE, ink.stale)
        pieces.append(join_line((f"{glyph} ", style), (check.words, ink.text if check.good else style)))
    return flow_texts(pieces, width, join_line("  "))


def flow_texts(pieces: Sequence[Text], width: int, between: Text) -> list[Text]:
    """Join texts, separated by `between`, into as many lines of at most `width` cells as needed."""
    out: list[Text] = []
    for piece in pieces:
        if out and out[-1].cell_len + between.cell_len + piece.cell_len <= width:
            out[-1].append_text(between).append_text(piece)
        else:
            out.append(piece.copy())
    return out


def make_comparison_lines(
    item: ShownItem, other: ShownItem, ink: TextStyles, in_keys: InKeys, *, wide: bool
) -> list[Text]:
    """Return lines that identify two compared takes, `A/B left take 1 ●` and `right take 2 ○ ★★`, and the key
    that picks one. `wide` means that the takes are side by side.
    """
    names = ("left ", "right") if wide else ("here ", "other")
    out = []
    for head, name, each in zip(("A/B  ", "     "), names, (item, other), strict=True):
        if each.take is not None:
            glyph, style, _ = _get_take_judgement(each, each.take, ink)
            text = join_line(
                (head, ink.accent), (f"{name} take {each.place} ", ink.text), (f"{glyph} ", style)
            )
            out.append(text.append(STARS * each.take.rating, ink.stale))
    return [*out, join_line((in_keys("     {ui.compare} swaps, Esc ends"), ink.muted))]


def _make_dialogue_lines(shot: Shot, ink: TextStyles, width: int) -> list[Text]:
    """Return the shot's dialogue with the speakers' names; for a shot without dialogue, its action."""
    out: list[Text] = []
    for said_line in shot.dialogue:
        out.append(join_line((said_line.character, ink.muted)))
        out += _wrap_in_style(f"“{said_line.text}”", width, ink.text)
    return out or _wrap_in_style(shot.action or shot.caption, width, ink.muted)


def _wrap_in_style(words: str, width: int, style: Style) -> list[Text]:
    return [join_line((part, style)) for part in wrap_words(words, max(10, width))]


def make_failure_poster(item: ReviewItem, ink: TextStyles, in_keys: InKeys, width: int) -> Text:
    """Return the text shown in place of a picture for an item without a take: the state, the reason, and the
    keys that help.
    """
    glyph, style = get_item_mark(item, ink)
    room = max(16, width - 6)
    rows = [
        join_line(),
        join_line((f"{glyph} ", style), (f"{item.number} {TITLES.get(item.state, 'made')}", ink.strong)),
        join_line(),
    ]
    rows += _wrap_in_style(item.reason or "see its log", room, ink.text)
    rows += _wrap_in_style(item.hint, room, ink.muted) if item.hint else []
    waits = item.state is ReviewState.WAITING
    retry = "adds it to the film, if that can be written now" if waits else "tries it again"
    hints = [("Enter", "its log, in Jobs")]
    if waits or item.state in (ReviewState.FAILED, ReviewState.SET_ASIDE):
        hints.insert(0, (in_keys("{ui.retry}"), retry))
    if item.shot and item.state in (ReviewState.FAILED, ReviewState.SET_ASIDE, ReviewState.SKIPPED):
        hints.append((in_keys("{ui.edit}"), "the shot, to change the request"))
    rows.append(join_line())
    wide = max(len(keys) for keys, _ in hints) + 2
    rows += [join_line((f"{keys:<{wide}}", ink.key), (words, ink.muted)) for keys, words in hints]
    return Text("\n").join(Text("   ") + row for row in rows)


def get_item_mark(item: ReviewItem, ink: TextStyles) -> tuple[str, Style]:
    """Return the glyph that stands for an item's state, and the glyph's style."""
    if item.state in (ReviewState.FAILED, ReviewState.SET_ASIDE):
        return FAILED, ink.failed
    if item.state in (ReviewState.SKIPPED, ReviewState.WAITING, ReviewState.AGAIN):
        return WAITING, getattr(ink, COLOURS[item.state])
    if item.rejected:
        return REJECTED, ink.failed
    return (PICKED, ink.picked) if item.picked else (EMPTY, ink.muted)
