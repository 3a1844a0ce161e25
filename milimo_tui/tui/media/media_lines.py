"""The texts of the Media screen: the rows of its list, the properties of a file, and the clips and shots that
use the file. Pure.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text

from milimo_tui.core.format import format_bytes, format_clock_duration, format_count
from milimo_tui.cut.values.conform import ConformTarget, describe_conform_changes
from milimo_tui.cut.values.sound_choice import format_channel_layout
from milimo_tui.cut.values.streams import PictureFacts, StreamFacts, find_media_end, parse_stream_facts
from milimo_tui.story.values.film import Asset, AssetKind
from milimo_tui.studio.media.media_uses import MediaUse
from milimo_tui.tui.terminal.theme import OFFLINE, TextStyles
from milimo_tui.tui.widgets.facts import LABEL, FactLine
from milimo_tui.tui.widgets.rows import Row
from milimo_tui.tui.widgets.text import join_columns, wrap_words

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot

KINDS = {
    AssetKind.VIDEO: "clip",
    AssetKind.PICTURE: "picture",
    AssetKind.SOUND: "sound",
    AssetKind.LUT: "LUT",
}
SEQUENCE = "sequence"
WIDE = 56  # Width in cells from which a row shows raster, file size and number of uses.
MOST_USES = 6  # Maximum number of uses listed next to the picture; Enter lists all.


def get_row_width(columns: int) -> int:
    """Return the width of a row in cells, for a list that is `columns` cells wide."""
    return (columns or 44) - 4


def get_media_kind(asset: Asset) -> str:
    """Return a file's kind as one word for the list, such as `clip`."""
    if get_stream_facts(asset).is_sequence:
        return SEQUENCE
    return KINDS[asset.kind]


def get_stream_facts(asset: Asset) -> StreamFacts:
    """Return the properties of the asset's picture and sound streams."""
    return parse_stream_facts(asset.facts)


def get_media_end(asset: Asset) -> Fraction | None:
    """Return the second at which both the picture and the sound of a file have ended; None for a file without
    a length.
    """
    return None if asset.seconds is None else find_media_end(asset.seconds, get_stream_facts(asset))


def name_made_files(film: FilmSnapshot) -> dict[str, str]:
    """Return names for files that the studio generated, by asset id. A name begins with the shot: `3B take
    2`, `3B board`.
    """
    story, counts = film.story, dict[str, int]()
    out = {shot.board: f"{story.numbers.get(shot.id, '?')} board" for shot in story.shots if shot.board}
    for take in story.takes:
        counts[take.shot] = counts.get(take.shot, 0) + 1
        out[take.asset] = f"{story.numbers.get(take.shot, '?')} take {counts[take.shot]}"
    return out


def make_media_heading(ink: TextStyles, width: int) -> Row:
    """Return the heading row with the titles of the list's columns."""
    titles = ("kind", "size", "length", "file", "used")
    quiet = [(words, cells, ink.muted) for words, cells, _ in _make_fact_columns(titles, ink, width)]
    return Row("", join_columns([("name", _get_name_width(width), ink.muted), *quiet]))


def make_media_row(asset: Asset, title: str, ink: TextStyles, width: int, *, missing: bool, uses: int) -> Row:
    """Return a file's row, `width` cells wide. `missing` means that the file is missing; `uses` is the number
    of its uses in the film.
    """
    name = f"{OFFLINE} {title}" if missing else title
    texts = (
        get_media_kind(asset),
        format_asset_size(asset),
        format_asset_length(asset),
        format_bytes(asset.bytes) if asset.bytes else "",
        str(uses) if uses else "·",
    )
    cells = [
        (name, _get_name_width(width), ink.failed if missing else ink.text),
        *_make_fact_columns(texts, ink, width),
    ]
    return Row(asset.id, join_columns(cells), search=f"{title} {asset.name} {texts[0]} {asset.path}")


def _make_fact_columns(texts: Sequence[str], ink: TextStyles, width: int) -> list[tuple[str, int, Style]]:
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


def _get_name_width(width: int) -> int:
    """Return the number of cells for the name in a row that is `width` cells wide."""
    taken = (8, 7) if width < WIDE else (8, 9, 7, 8, 4)
    return max(10, width - sum(cells + 2 for cells in taken))


def make_asset_facts(
    asset: Asset,
    uses: Sequence[MediaUse],
    target: ConformTarget | None = None,
    *,
    missing_advice: str = "",
    made: str = "",
    width: int = 200,
) -> list[FactLine]:
    """Return the properties of an asset, the most important first, in lines of at most `width` cells.

    `target` is the format that the cut requires. `missing_advice` is the advice shown if the asset's file is
    missing. `made` is the name of a file that the studio generated.
    """
    streams = get_stream_facts(asset)
    rate = f" at {_format_asset_rate(asset)}" if asset.rate else ""
    frames = f"{asset.frames:,} f{rate}" if asset.frames and asset.kind is AssetKind.VIDEO else ""
    is_lut = asset.kind is AssetKind.LUT
    size = f"{asset.width} × {asset.height}" if asset.width and asset.height and not is_lut else ""
    conforming = [] if target is None else list(describe_conform_changes(streams, target))
    added = time.strftime("%Y-%m-%d %H:%M", time.localtime(asset.created)) if asset.created else ""
    facts: list[tuple[str, list[str], str]] = [
        (
            "",
            [f"{OFFLINE} offline: its file is missing, {missing_advice}"] if missing_advice else [],
            "failed",
        ),
        ("", [f"! {streams.trouble}"] if streams.trouble else [], "stale"),
        ("kind", [", ".join(filter(None, (get_media_kind(asset), _describe_media_codec(streams))))], "text"),
        ("size", [size], "text"),
        ("points", [f"{asset.width}{'' if asset.height else ' a side'}"] if is_lut else [], "text"),
        ("length", [f"{format_asset_length(asset)}   {frames}".strip()], "text"),
        ("sound", [_describe_sound(asset, streams)], "text"),
        ("used", _shorten_uses([use.what for use in uses]) or [made or "not yet"], "text"),
        ("in cut", conforming, "text"),
        ("kept", ["in the film's folder" if asset.managed else f"linked, {asset.path}"], "text"),
        ("pixels", [_describe_pixels(streams.picture)], "text"),
        ("file", [format_bytes(asset.bytes)] if asset.bytes else [], "text"),
        ("added", [added], "text"),
    ]
    return [fact for label, words, colour in facts for fact in _wrap_asset_facts(label, words, colour, width)]


def _wrap_asset_facts(label: str, sentences: list[str], colour: str, width: int) -> list[FactLine]:
    """Wrap sentences into lines of at most `width` cells, so that nothing is cut off. Only the first line has
    the label.
    """
    room = max(16, width - (LABEL if label else 0))
    lines = [part for words in sentences if words for part in wrap_words(words, room)]
    return [
        FactLine(label if index == 0 else label and " ", words, colour) for index, words in enumerate(lines)
    ]


def _shorten_uses(uses: list[str]) -> list[str]:
    """Return at most the first `MOST_USES` texts of `uses`. If there are more, add a text with the number of
    the others.
    """
    if len(uses) <= MOST_USES:
        return uses
    return [*uses[:MOST_USES], f"and {format_count(len(uses) - MOST_USES, 'more place', 'more places')}"]


def _describe_media_codec(streams: StreamFacts) -> str:
    """Describe a file's codec and the special properties of its picture stream: `h264, variable rate,
    interlaced`.
    """
    picture = streams.picture
    if picture is None:
        return streams.sounds[0].codec if streams.sounds else ""
    words = [picture.codec]
    words += ["variable rate"] if not picture.constant else []
    words += ["interlaced"] if picture.field_order != "progressive" else []
    words += ["with alpha"] if picture.alpha else []
    words += [picture.hdr_name] if picture.hdr_name else []
    return ", ".join(words)


def _describe_pixels(picture: PictureFacts | None) -> str:
    """Describe the pixel format, colour space and range: `yuv420p10le bt709 tv`."""
    if picture is None:
        return ""
    return " ".join(filter(None, (picture.pixels, picture.matrix, picture.range)))


def _describe_sound(asset: Asset, streams: StreamFacts) -> str:
    if not asset.sample_rate:
        return ""
    words = f"{asset.sample_rate / 1000:g} kHz, {format_channel_layout(asset.channels or 0)}"
    return f"{words}, first of {len(streams.sounds)} tracks" if len(streams.sounds) > 1 else words


def _format_asset_rate(asset: Asset) -> str:
    value = float(asset.rate or 0)
    return f"{value:.3f}".rstrip("0").rstrip(".") + " fps"


def format_asset_size(asset: Asset) -> str:
    """Format the width and height of a picture, or the number of points of a LUT."""
    if asset.kind is AssetKind.LUT:
        return f"{asset.width}{'' if asset.height else '³'}" if asset.width else ""
    return f"{asset.width}×{asset.height}" if asset.width and asset.height else ""


def format_asset_length(asset: Asset) -> str:
    """Format the duration of a file: `4.8 s`, `1:42`. Return an empty string for a file without duration."""
    if asset.seconds is None or asset.kind in (AssetKind.PICTURE, AssetKind.LUT):
        return ""
    return (
        f"{float(asset.seconds):.1f} s" if asset.seconds < 60 else format_clock_duration(float(asset.seconds))
    )


def make_use_rows(uses: Sequence[MediaUse], ink: TextStyles) -> list[Row]:
    """Return a row for each use of a file, in the given order; uses without a clip are muted. The key of a
    row is the index of the use in `uses`.
    """
    return [
        Row(str(index), Text.assemble((use.what, ink.text if use.clip else ink.muted), end=""))
        for index, use in enumerate(uses)
    ]
