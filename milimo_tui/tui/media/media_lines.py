"""The lines of the Media screen: rows of its list, facts of a file, the places where the file is used.
Pure.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import bytes_text, clock, plural
from milimo_tui.cut.values.conform import Target, conformed, layout_name
from milimo_tui.cut.values.streams import PictureFacts, StreamFacts, read_facts
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media.media_uses import Use
from milimo_tui.tui.terminal.theme import OFFLINE, Ink
from milimo_tui.tui.widgets.facts import LABEL, Fact
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import columns, wrapped

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot

KINDS = {
    AssetKind.VIDEO: "clip",
    AssetKind.PICTURE: "picture",
    AssetKind.SOUND: "sound",
    AssetKind.LUT: "LUT",
}
SEQUENCE = "sequence"
WIDE = 56  # Width in cells from which a row shows raster, file size and number of uses.
MOST_USES = 6  # Maximum number listed next to the picture; Enter shows all.


def row_cells(columns: int) -> int:
    """Return the width of a row in cells, for a list of `columns` columns."""
    return (columns or 44) - 4


def kind_of(asset: Asset) -> str:
    """Return a file's kind in a word."""
    if streams_of(asset).is_sequence:
        return SEQUENCE
    return KINDS[asset.kind]


def streams_of(asset: Asset) -> StreamFacts:
    """Return the facts of the asset's picture and sound streams."""
    return read_facts(asset.facts)


def made_files(film: Snapshot) -> dict[str, str]:
    """Return names for made files by asset id, after the shot: `3B take 2`, `3B board`."""
    story, counts = film.story, dict[str, int]()
    out = {shot.board: f"{story.numbers.get(shot.id, '?')} board" for shot in story.shots if shot.board}
    for take in story.takes:
        counts[take.shot] = counts.get(take.shot, 0) + 1
        out[take.asset] = f"{story.numbers.get(take.shot, '?')} take {counts[take.shot]}"
    return out


def heading(ink: Ink, width: int) -> Row:
    """Return the heading of the list's columns."""
    titles = ("kind", "size", "length", "file", "used")
    quiet = [(words, cells, ink.muted) for words, cells, _ in _facts(titles, ink, width)]
    return Row("", columns([("name", _room(width), ink.muted), *quiet]))


def row(asset: Asset, title: str, ink: Ink, width: int, *, gone: bool, uses: int) -> Row:
    """Return a file's row, `width` cells wide."""
    name = f"{OFFLINE} {title}" if gone else title
    texts = (
        kind_of(asset),
        size_text(asset),
        length_text(asset),
        bytes_text(asset.bytes) if asset.bytes else "",
        str(uses) if uses else "·",
    )
    cells = [(name, _room(width), ink.failed if gone else ink.text), *_facts(texts, ink, width)]
    return Row(asset.id, columns(cells), search=f"{title} {asset.name} {texts[0]} {asset.path}")


def _facts(texts: Sequence[str], ink: Ink, width: int) -> list[tuple[str, int, Style]]:
    kind, size, length, bytes_, used = texts
    if width < WIDE:
        return [(kind, 8, ink.muted), (length, -7, ink.text)]
    return [
        (kind, 8, ink.muted),
        (size, -9, ink.muted),
        (length, -7, ink.text),
        (bytes_, -8, ink.muted),
        (used, -4, ink.muted),
    ]


def _room(width: int) -> int:
    """Return the cells for the name."""
    taken = (8, 7) if width < WIDE else (8, 9, 7, 8, 4)
    return max(10, width - sum(cells + 2 for cells in taken))


def facts_of(
    asset: Asset,
    uses: Sequence[Use],
    target: Target | None = None,
    *,
    gone: str = "",
    made: str = "",
    width: int = 200,
) -> list[Fact]:
    """Return the facts of an asset, the most important first, in lines of at most `width` cells.

    `gone` is the advice shown if the asset's file is missing.
    """
    streams = streams_of(asset)
    rate = f" at {_rate(asset)}" if asset.rate else ""
    frames = f"{asset.frames:,} f{rate}" if asset.frames and asset.kind is AssetKind.VIDEO else ""
    is_lut = asset.kind is AssetKind.LUT
    size = f"{asset.width} × {asset.height}" if asset.width and asset.height and not is_lut else ""
    conforming = [] if target is None else list(conformed(streams, target))
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(asset.created)) if asset.created else ""
    facts: list[tuple[str, list[str], str]] = [
        ("", [f"{OFFLINE} offline: its file is gone, {gone}"] if gone else [], "failed"),
        ("", [f"! {streams.trouble}"] if streams.trouble else [], "stale"),
        ("kind", [", ".join(filter(None, (kind_of(asset), _codec_words(streams))))], "text"),
        ("size", [size], "text"),
        ("points", [f"{asset.width}{'' if asset.height else ' a side'}"] if is_lut else [], "text"),
        ("length", [f"{length_text(asset)}   {frames}".strip()], "text"),
        ("sound", [_sound(asset, streams)], "text"),
        ("used", _first_uses([use.what for use in uses]) or [made or "not yet"], "text"),
        ("in cut", conforming, "text"),
        ("kept", ["in the film's folder" if asset.managed else f"linked, {asset.path}"], "text"),
        ("pixels", [_pixels(streams.picture)], "text"),
        ("file", [bytes_text(asset.bytes)] if asset.bytes else [], "text"),
        ("added", [when], "text"),
    ]
    return [fact for label, words, colour in facts for fact in _wrapped_facts(label, words, colour, width)]


def _wrapped_facts(label: str, sentences: list[str], colour: str, width: int) -> list[Fact]:
    """Wrap sentences under one label, so that nothing is cut off."""
    room = max(16, width - (LABEL if label else 0))
    lines = [part for words in sentences if words for part in wrapped(words, room)]
    return [Fact(label if index == 0 else label and " ", words, colour) for index, words in enumerate(lines)]


def _first_uses(uses: list[str]) -> list[str]:
    """Return the first of many uses, and the number of the others."""
    if len(uses) <= MOST_USES:
        return uses
    return [*uses[:MOST_USES], f"and {plural(len(uses) - MOST_USES, 'more place', 'more places')}"]


def _codec_words(streams: StreamFacts) -> str:
    """Describe a file's encoding: `h264, variable rate, interlaced`."""
    picture = streams.picture
    if picture is None:
        return streams.sounds[0].codec if streams.sounds else ""
    words = [picture.codec]
    words += ["variable rate"] if not picture.constant else []
    words += ["interlaced"] if picture.field_order != "progressive" else []
    words += ["with alpha"] if picture.alpha else []
    words += [picture.high_range] if picture.high_range else []
    return ", ".join(words)


def _pixels(picture: PictureFacts | None) -> str:
    """Describe the pixels: `yuv420p10le bt709 tv`."""
    if picture is None:
        return ""
    return " ".join(filter(None, (picture.pixels, picture.matrix, picture.range)))


def _sound(asset: Asset, streams: StreamFacts) -> str:
    if not asset.sample_rate:
        return ""
    words = f"{asset.sample_rate / 1000:g} kHz, {layout_name(asset.channels or 0)}"
    return f"{words}, first of {len(streams.sounds)} tracks" if len(streams.sounds) > 1 else words


def _rate(asset: Asset) -> str:
    value = float(asset.rate or 0)
    return f"{value:.3f}".rstrip("0").rstrip(".") + " fps"


def size_text(asset: Asset) -> str:
    """Format the raster of a picture, or the points of a LUT."""
    if asset.kind is AssetKind.LUT:
        return f"{asset.width}{'' if asset.height else '³'}" if asset.width else ""
    return f"{asset.width}×{asset.height}" if asset.width and asset.height else ""


def length_text(asset: Asset) -> str:
    """Format a length: `4.8 s`, `1:42`; empty for a file without length."""
    if asset.seconds is None or asset.kind in (AssetKind.PICTURE, AssetKind.LUT):
        return ""
    return f"{float(asset.seconds):.1f} s" if asset.seconds < 60 else clock(float(asset.seconds))


def use_rows(uses: Sequence[Use], ink: Ink) -> list[Row]:
    """Return a row for each use, those with a clip first; the key is the use's number."""
    return [
        Row(str(index), Text.assemble((use.what, ink.text if use.clip else ink.muted), end=""))
        for index, use in enumerate(uses)
    ]
