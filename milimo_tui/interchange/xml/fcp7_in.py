"""Correct the import of Final Cut Pro 7 XML by OTIO's adapter. `prepare_fcp7_document` changes the document
before the adapter reads it, and `complete_fcp7_timeline` changes the adapter's result.

The corrections concern nested sequences, links, the enabled and locked states of tracks and clips, markers
given by timecode, and the raster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import opentimelineio as otio

from milimo_tui.interchange.otio.otio_facts import LINKED, LOCKED, convert_to_plain_values
from milimo_tui.interchange.values.colours import PLAIN

_LINKED = "milimo.linked"


def prepare_fcp7_document(text: str) -> str:
    """Return the document, changed so that the adapter can read it. The tracks of nested sequences are moved
    to where the adapter expects them, and links are replaced by numbers.

    The adapter would discard links in their original form.
    """
    root = ElementTree.fromstring(text)
    for item in root.iter("clipitem"):
        sequence = item.find("sequence")
        media = sequence.find("media") if sequence is not None else None
        if sequence is not None and media is not None:
            sequence.remove(media)
            sequence.extend(list(media))
    for number, items in enumerate(_iterate_linked_items(root)):
        for item in items:
            ElementTree.SubElement(item, _LINKED).text = str(number + 1)
    return ElementTree.tostring(root, encoding="unicode")


def _iterate_linked_items(root: Element) -> Iterator[list[Element]]:
    """Yield the groups of clip elements that are connected by links, directly or through other clips, in
    either direction.
    """
    items = {item.get("id", ""): item for item in root.iter("clipitem")}
    linked: dict[str, set[str]] = {id: {id} for id in items}
    for id, item in items.items():
        for named in item.findall("link/linkclipref"):
            other = (named.text or "").strip()
            if other in linked and linked[other] is not linked[id]:
                joined = linked[id] | linked[other]
                linked |= dict.fromkeys(joined, joined)
    seen: set[str] = set()
    for id, row in linked.items():
        if len(row) > 1 and id not in seen:
            seen |= row
            yield [items[each] for each in items if each in row]


def complete_fcp7_timeline(root: Any) -> None:
    """Add to the adapter's timeline the data that the adapter left out: enabled and locked states, links,
    freeze frames, and the positions of markers.
    """
    for item in root.find_children(descended_from_type=otio.core.Item):
        metadata = item.metadata.get("fcp_xml", {})
        item.enabled = not _metadata_equals(metadata, "enabled", "FALSE")
        if _LINKED in metadata:
            item.metadata[LINKED] = str(metadata[_LINKED])
        if isinstance(item, otio.schema.Track) and _metadata_equals(metadata, "locked", "TRUE"):
            item.metadata[LOCKED] = True
        if _metadata_equals(metadata, "stillframe", "TRUE"):
            item.effects.append(otio.schema.FreezeFrame())
        for marker in item.markers:
            marker.color = PLAIN
            _shift_marker_to_timecode(marker, item)


def _metadata_equals(metadata: Mapping[str, Any], name: str, value: str) -> bool:
    return str(metadata.get(name, "")).upper() == value


def _shift_marker_to_timecode(marker: Any, item: Any) -> None:
    """Move a clip's marker by the start timecode of the media, because the adapter counts markers from the
    start of the file.
    """
    available = item.media_reference.available_range if isinstance(item, otio.schema.Clip) else None
    if available is not None:
        start = marker.marked_range.start_time + available.start_time
        marker.marked_range = otio.opentime.TimeRange(start, marker.marked_range.duration)


def read_fcp7_raster(root: Any) -> tuple[int, int] | None:
    """Return the width and height of the sequence, or None if they are not given."""
    found = convert_to_plain_values(root.metadata.get("fcp_xml", {}))
    for name in ("media", "video", "format", "samplecharacteristics"):
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    sides = str(found.get("width")), str(found.get("height"))
    return (int(sides[0]), int(sides[1])) if all(re.fullmatch("[0-9]{1,5}", side) for side in sides) else None
