"""Short displays of the items under review, which are takes and failed jobs: the strip of chips (short
labels) under the picture, and the cards of the contact sheet. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from milimo_tui.core.format import format_count
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.shot_text import get_shot_words
from milimo_tui.studio.project.review import FilmReview, ReviewItem, ReviewState
from milimo_tui.tui.review.review_lines import LOWER, get_item_mark
from milimo_tui.tui.shot.shot_state import format_shot_length, list_framings
from milimo_tui.tui.terminal.theme import STARS, TextStyles
from milimo_tui.tui.widgets.card_grid import BoardCard, Section
from milimo_tui.tui.widgets.text import join_line

SMALLEST = 4  # Minimum width of a chip in cells.


def get_item_name(item: ReviewItem) -> str:
    """Return an item's name, which is its shot's number: `3C`. If the shot has several takes, the take's
    number follows: `3C·2`.
    """
    return f"{item.number}·{item.place}" if item.takes > 1 and item.place else item.number


def draw_item_chip(item: ReviewItem, ink: TextStyles) -> Text:
    """Return an item's chip, a short label such as `3A ●★★★`. The chip of a new item is highlighted."""
    glyph, style = get_item_mark(item, ink)
    text = join_line((get_item_name(item), ink.muted if item.seen else ink.strong), " ", (glyph, style))
    if item.state is ReviewState.STEPPED_DOWN:
        text.append(LOWER, ink.stale)
    return text.append(STARS * item.rating, ink.stale)


def draw_chip_strip(items: Sequence[ReviewItem], cursor: int, ink: TextStyles, width: int) -> Text:
    """Return the strip of chips, `width` cells wide, with as many chips around the cursor as fit. The chip of
    the item at index `cursor` is in brackets.
    """
    # There may be thousands of items, so only chips that may be visible are made.
    near = max(0, cursor - width // SMALLEST)
    pieces = [
        join_line(("[", ink.accent), draw_item_chip(item, ink), ("]", ink.accent))
        if place == cursor
        else join_line(" ", draw_item_chip(item, ink), " ")
        for place, item in enumerate(items[near : cursor + width // SMALLEST], near)
    ]
    first, last = find_visible_range([piece.cell_len for piece in pieces], cursor - near, width)
    text = join_line((" " if near + first == 0 else "‹", ink.muted))
    for piece in pieces[first:last]:
        text.append_text(piece)
    return text.append("›" if near + last < len(items) else "", ink.muted)


def find_visible_range(widths: Sequence[int], cursor: int, room: int) -> tuple[int, int]:
    """Return the indexes (end exclusive) of the first and last visible item. The item at `cursor` is always
    visible. `widths` and `room` are in cells.
    """
    if not widths:
        return 0, 0
    room = max(0, room - 2)  # Two cells are reserved for the arrows that show that there are more items.
    first = last = cursor
    used = 0
    while last < len(widths) and used + widths[last] <= room:
        used += widths[last]
        last += 1
        if first > 0 and last - cursor <= cursor - first + 2 and used + widths[first - 1] <= room:
            first -= 1
            used += widths[first]
    while first > 0 and used + widths[first - 1] <= room:
        first -= 1
        used += widths[first]
    return first, max(last, cursor + 1)


def make_sheet_sections(
    review: FilmReview, story: Story, pictures: Mapping[str, str], ink: TextStyles
) -> list[Section]:
    """Return the sections of the contact sheet, one for each scene, with a card for each item."""
    shots = {shot.id: shot for shot in story.shots}
    by_scene: dict[str, list[ReviewItem]] = {}
    for item in review.items:
        shot = shots.get(item.shot)
        by_scene.setdefault(shot.scene if shot else "", []).append(item)
    out = []
    for scene in story.scenes:
        mine = by_scene.pop(scene.id, [])
        if mine:
            head = join_line((f"{scene.number:<3} ", ink.accent), (scene.heading, ink.strong))
            out.append(
                Section(
                    head,
                    _format_item_count(mine, ink),
                    tuple(_make_item_card(i, shots, pictures, story, ink) for i in mine),
                )
            )
    rest = [item for items in by_scene.values() for item in items]
    if rest:
        head = join_line(("    ", ink.accent), ("of the entire film", ink.strong))
        out.append(
            Section(
                head,
                _format_item_count(rest, ink),
                tuple(_make_item_card(i, shots, pictures, story, ink) for i in rest),
            )
        )
    return out


def _format_item_count(items: Sequence[ReviewItem], ink: TextStyles) -> Text:
    new = sum(not item.seen for item in items)
    words = f"{format_count(len(items), 'take')}{f', {new} not looked at' if new else ''}"
    return join_line((words, ink.muted))


def _make_item_card(
    item: ReviewItem, shots: Mapping[str, Shot], pictures: Mapping[str, str], story: Story, ink: TextStyles
) -> BoardCard:
    shot = shots.get(item.shot)
    glyph, style = get_item_mark(item, ink)
    word = item.state.value.replace("_", " ")
    if item.state is ReviewState.MADE:
        word = "rejected" if item.rejected else "picked" if item.picked else "not picked"
    state = join_line(
        (f"{glyph} ", style), (f"{STARS * item.rating} " if item.rating else "", ink.stale), (word, style)
    )
    name = ink.muted if item.seen else ink.strong
    titles = list_framings(shot) if shot else ("",)
    words = item.reason if not item.take else get_shot_words(shot) if shot else ""
    length = format_shot_length(shot.frames, story.project.rate) if shot else ""
    return BoardCard(
        key=item.job,
        titles=tuple(join_line((get_item_name(item), name), " ", (title, ink.muted)) for title in titles),
        length=join_line((length, ink.muted)),
        state=state,
        here=state,
        words=join_line(
            (words, ink.failed if not item.take else ink.text if shot and shot.dialogue else ink.muted)
        ),
        picture=pictures.get(item.job, ""),
        empty=glyph,
        search=f"{item.number} {item.reason} {words}",
    )
