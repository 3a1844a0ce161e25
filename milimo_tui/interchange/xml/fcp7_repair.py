"""Repair a Final Cut Pro 7 document before OTIO's adapter reads it: remove values that are no numbers,
complete missing times, and move overlapping clips to tracks of their own.

Each change that affects the cut is noted, with the line of its element.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from milimo_tui.core.errors import BadInput

_CLIPS = ("clipitem", "generatoritem")
_NUMBERS = ("start", "end", "in", "out")


class Fcp7Repair:
    """The repair of one document. `notes` are sentences for the user. `lines` has the line of each
    element.
    """

    def __init__(self, root: Element, lines: Mapping[Element, int]) -> None:
        self.root = root
        self.lines = lines
        self.notes: list[str] = []

    def format_line(self, element: Element) -> str:
        """Return the line of an element for the user."""
        return f"line {self.lines.get(element, 0)}"

    def leave_out(self, element: Element, error: Exception) -> None:
        """Note that an element is left out, with the reason."""
        reason = error.message if isinstance(error, BadInput) else _find_fault(element)
        self._note(element, f"“{_get_name(element)}” is left out: {reason}")

    def repair_document(self) -> None:
        """Change the document so that the adapter can read it."""
        parents = {child: parent for parent in self.root.iter() for child in parent}
        for element in list(self.root.iter()):
            parent = parents.get(element)
            if parent is not None and not self._is_readable(element, parent):
                parent.remove(element)
        for element in list(self.root.iter()):
            if element.tag in _CLIPS:
                _complete_clip_times(element)
            elif element.tag == "transitionitem" and element.find("alignment") is None:
                ElementTree.SubElement(element, "alignment").text = "center"
        for element in list(self.root.iter()):
            if element.tag in ("video", "audio"):
                self._move_overlapping_clips(element)

    def _note(self, element: Element, sentence: str) -> None:
        self.notes.append(f"{self.format_line(element)}: {sentence}")

    def _is_readable(self, element: Element, parent: Element) -> bool:
        """Return True if the adapter can read an element that it reads in several places: a rate, a length, a
        timecode, a marker or a filter. Any other element counts as readable.
        """
        if element.tag == "rate":
            timebase = _get_number(element, "timebase")
            if timebase is None or not 1 <= timebase <= 1000:
                if parent.find("file") is not None or parent.find("sequence") is not None:
                    self._note(
                        element,
                        f"the rate of “{_get_name(parent)}” can't be read; the rate of the sequence is used",
                    )
                return False
        elif element.tag == "duration":
            return _parse_number(element.text) is not None
        elif element.tag == "timecode":
            code = element.findtext("string", "").strip()
            is_code = re.fullmatch(r"[0-9]+(:[0-9]{2}){2}[:;][0-9]{2,3}", code) is not None
            return _get_number(element, "frame") is not None or is_code
        elif element.tag == "marker":
            if _get_number(element, "in") is None or _get_number(element, "out") is None:
                self._note(element, f"the marker “{_get_name(element)}” is left out: it has no time")
                return False
        elif element.tag == "filter" and element.find("effect") is None:
            self._note(element, f"a filter of “{_get_name(parent)}” is left out: it has no effect")
            return False
        return True

    def _move_overlapping_clips(self, media: Element) -> None:
        """Move each clip that overlaps an earlier clip of its track to a new track above this track."""
        for track in media.findall("track"):
            end = -math.inf
            moved = []
            for item in list(track):
                times = [_get_number(item, name) for name in ("start", "end")]
                if item.tag not in _CLIPS or None in times:
                    continue
                start, last = (float(time or 0) for time in times)
                if 0 <= start < end:
                    track.remove(item)
                    moved.append(item)
                    self._note(
                        item, f"“{_get_name(item)}” overlaps another clip and is on a track of its own"
                    )
                else:
                    end = max(end, last)
            if moved:
                above = Element("track")
                above.extend(moved)
                media.insert(list(media).index(track) + 1, above)


def _complete_clip_times(clip: Element) -> None:
    """Add a missing start, end, in or out to a clip, computed from the other three. A missing in is 0."""
    times = {name: _get_number(clip, name) for name in _NUMBERS}
    start, end, into, out = (times[name] for name in _NUMBERS)
    if start is not None and end is not None and -1 not in (start, end):
        into = into if into is not None else (out - (end - start) if out is not None else 0.0)
    elif into is not None and out is not None:
        end = start + out - into if end is None and start is not None and start != -1 else end
        start = end - (out - into) if start is None and end is not None and end != -1 else start
    for name, value in zip(_NUMBERS, (start, end, 0.0 if into is None else into, out), strict=True):
        if value is not None and value != times[name]:
            for wrong in clip.findall(name):
                clip.remove(wrong)
            ElementTree.SubElement(clip, name).text = f"{value:.0f}"


def _find_fault(element: Element) -> str:
    """Return the reason why the adapter cannot read an item of a track."""
    for name in ("start", "end"):
        if _get_number(element, name) is None:
            return f"its {name} is not a number"
    if element.tag == "transitionitem":
        return "its structure is not that of a transition"
    if -1 in (_get_number(element, "start"), _get_number(element, "end")):
        return "the transition at its edge is missing"
    if element.tag == "generatoritem":
        return "generators of this kind are not supported"
    if element.tag == "clipitem" and element.find("file") is None and element.find("sequence") is None:
        return "it has no file"
    return "its structure is not that of a clip"


def _get_name(element: Element) -> str:
    return " ".join(element.findtext("name", "").split())[:60] or element.get("id") or element.tag


def _get_number(element: Element, name: str) -> float | None:
    return _parse_number(element.findtext(name))


def _parse_number(text: str | None) -> float | None:
    if text is None or not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", text.strip()):
        return None
    return float(text)
