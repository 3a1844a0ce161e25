"""Read Final Cut Pro 7 XML with OTIO's adapter. `read_fcp7_timeline` changes the document before the adapter
reads it, and changes the adapter's result.

The corrections concern elements that the adapter cannot read (`fcp7_repair`), nested sequences, links, the
enabled and locked states of tracks and clips, markers given by timecode, and the raster.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.otio.otio_facts import (
    LINE,
    LINKED,
    LOCKED,
    TooLarge,
    convert_to_plain_values,
    convert_to_seconds,
)
from milimo_tui.interchange.otio.otio_transitions import choose_transition_type
from milimo_tui.interchange.values.colours import PLAIN
from milimo_tui.interchange.values.formats import MOST_CLIPS
from milimo_tui.interchange.values.xml_text import parse_xml_with_lines
from milimo_tui.interchange.xml.fcp7_repair import Fcp7Repair

# The adapter is a plug-in of OTIO, which cannot be imported as a module of its package.
_ADAPTER: Any = otio.adapters.from_name("fcp_xml").module()
_LINKED = "milimo.linked"
_ITEMS = ("clipitem", "generatoritem", "transitionitem")


def read_fcp7_timeline(text: str) -> tuple[Any, tuple[str, ...]]:
    """Return the OTIO timeline of a document, or a collection of timelines, and sentences about elements that
    could not be read. Raises BadInput, and ElementTree's ParseError.
    """
    root, lines = parse_xml_with_lines(text)
    clips = _count_clips(root)
    if clips > MOST_CLIPS:
        raise BadInput(
            f"the file has {clips:,} clips, but at most {MOST_CLIPS:,} can be read", "export it in parts"
        )
    repair = Fcp7Repair(root, lines)
    repair.repair_document()
    for item in root.iter("clipitem"):
        sequence = item.find("sequence")
        media = sequence.find("media") if sequence is not None else None
        if sequence is not None and media is not None:
            # The adapter expects the tracks of a nested sequence directly in its element.
            sequence.remove(media)
            sequence.extend(list(media))
    for number, items in enumerate(_iterate_linked_items(root)):
        for item in items:
            # The adapter would discard links in their original form.
            ElementTree.SubElement(item, _LINKED).text = str(number + 1)
    parser = _TolerantParser(root, repair)
    timelines = parser.top_level_sequences()
    if not timelines:
        raise BadInput("the file has no sequence")
    timeline = timelines[0] if len(timelines) == 1 else otio.schema.SerializableCollection(children=timelines)
    _complete_fcp7_timeline(timeline)
    return timeline, tuple(repair.notes)


def _list_definitions(root: Element) -> dict[tuple[str, str], Element]:
    """Return the full definitions of the elements that other elements refer to, by tag and id."""
    found: dict[tuple[str, str], Element] = {}
    for element in root.iter():
        if len(element) and "id" in element.attrib:
            found.setdefault((element.tag, element.attrib["id"]), element)
    return found


def _count_clips(root: Element) -> int:
    """Return the number of clips in all sequences. The clips of a nested sequence are counted once for each
    use of the sequence.
    """
    definitions = _list_definitions(root)
    counts: dict[Element, int] = {}

    def count_clips_of(sequence: Element) -> int:
        sequence = definitions.get(("sequence", sequence.get("id", "")), sequence)
        if sequence not in counts:
            counts[sequence] = 0  # This ends the recursion for a sequence inside itself.
            items = sequence.findall("media/*/track/clipitem")
            nested = sequence.findall("media/*/track/clipitem/sequence")
            counts[sequence] = len(items) + sum(map(count_clips_of, nested))
        return counts[sequence]

    return max(map(count_clips_of, root.iter("sequence")), default=0)


class _TolerantParser(_ADAPTER.FCP7XMLParser):  # type: ignore[misc]
    """OTIO's parser, which would refuse the complete document for one element that it cannot read. This
    parser leaves out such an element and notes its line.
    """

    def __init__(self, root: Element, repair: Fcp7Repair) -> None:
        super().__init__(root)
        self._repair = repair
        self._definitions = _list_definitions(root)
        # The parsed items of a track, by the identities of their elements.
        self._parsed: dict[int, list[Any]] = {}

    def _derefed_element(self, element: Element | None) -> Element | None:
        if element is None or len(element):
            return element
        return self._definitions.get((element.tag, element.attrib.get("id", "")), element)

    def track_for_element(self, track_element: Element, track_kind: str, context: Any) -> Any:
        """Return the OTIO track of an element, after removing the items that cannot be read."""
        inner = context.context_pushing_element(track_element)
        # Clips take times from the transitions next to them, so transitions are read first.
        for is_transition in (True, False):
            self._remove_unreadable_items(track_element, inner, is_transition=is_transition)
        return super().track_for_element(track_element, track_kind, context)

    def _remove_unreadable_items(self, track: Element, context: Any, *, is_transition: bool) -> None:
        head = None
        children = list(track)
        for index, child in enumerate(children):
            if child.tag not in _ITEMS:
                continue
            if (child.tag == "transitionitem") is is_transition:
                following = children[index + 1] if index + 1 < len(children) else None
                tail = following if following is not None and following.tag == "transitionitem" else None
                try:
                    parsed = self._parse_item(child, head, tail, context)
                except TooLarge:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever the adapter makes of this element
                    self._repair.leave_out(child, error)
                    track.remove(child)
                    continue
                self._parsed.setdefault(id(self._derefed_element(child)), []).append(parsed)
            if child.tag == "transitionitem":
                head = child

    def _parse_item(self, child: Element, head: Element | None, tail: Element | None, context: Any) -> Any:
        element = self._derefed_element(child)
        item, span = super().item_and_timing_for_element(element, head, tail, context)
        begin, length = convert_to_seconds(span.start_time), convert_to_seconds(span.duration)
        if begin < 0 or length <= 0:
            raise BadInput("it ends before it begins")
        if isinstance(item, otio.core.Item):
            convert_to_seconds(item.source_range.start_time)
            convert_to_seconds(item.source_range.duration)
        if isinstance(item, otio.schema.Transition):
            # The adapter gives the same type to all transitions.
            item.transition_type = choose_transition_type(item.name)
        item.metadata[LINE] = self._repair.format_line(child)
        return item, span

    def item_and_timing_for_element(
        self, item_element: Element, head_transition: Any, tail_transition: Any, context: Any
    ) -> Any:
        """Return the item from the earlier pass, which looked for items that cannot be read."""
        return self._parsed[id(item_element)].pop(0)


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


def _complete_fcp7_timeline(root: Any) -> None:
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


def read_fcp7_rate(root: Any) -> Fraction | None:
    """Return the rate of the first sequence, or None if the document does not specify it."""
    timeline = (
        next(iter(root.find_children(descended_from_type=otio.schema.Timeline)), root)
        if isinstance(root, otio.schema.SerializableCollection)
        else root
    )
    found = convert_to_plain_values(timeline.metadata.get("fcp_xml", {})).get("rate")
    timebase = str(found.get("timebase")) if isinstance(found, Mapping) else ""
    if not re.fullmatch("[0-9]{1,3}", timebase) or not 1 <= int(timebase) <= 240:
        return None
    is_ntsc = str(found.get("ntsc")).upper() == "TRUE"
    return Fraction(int(timebase) * 1000, 1001) if is_ntsc else Fraction(int(timebase))


def read_fcp7_raster(root: Any) -> tuple[int, int] | None:
    """Return the width and height of the sequence, or None if they are not given."""
    found = convert_to_plain_values(root.metadata.get("fcp_xml", {}))
    for name in ("media", "video", "format", "samplecharacteristics"):
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        return None
    sides = str(found.get("width")), str(found.get("height"))
    return (int(sides[0]), int(sides[1])) if all(re.fullmatch("[0-9]{1,5}", side) for side in sides) else None
