"""Convert an OpenTimelineIO object to a cut with tracks, gaps, transitions, markers and nested cuts.

OTIO's own fields have priority. This program's metadata adds the data that those fields cannot represent
(`otio_out`). A transition here is centred on its edit point; if a transition in the file is not, the edit
point is moved so that the pictures stay the same.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio

from milimo_tui.core.errors import BadInput
from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.time import round_half_up
from milimo_tui.cut.values.cut import GAP, Clip, Cut, Marker, NewId, Track, TrackKind
from milimo_tui.cut.values.effects import GAIN_RANGE_DB
from milimo_tui.cut.values.portions import shorten_fades_to_fit
from milimo_tui.interchange.otio.otio_captions import read_caption_metadata
from milimo_tui.interchange.otio.otio_facts import (
    LINE,
    LOCKED,
    OURS,
    TIMES,
    TooLarge,
    convert_to_plain_values,
    convert_to_seconds,
    find_exact_rate,
    read_flag_field,
    read_integer_field,
    read_number_field,
    read_own_metadata,
    read_ratio_field,
    read_text_field,
)
from milimo_tui.interchange.otio.otio_items import (
    ImportFindings,
    connect_linked_clips,
    make_clip_from_item,
    remove_broken_links,
)
from milimo_tui.interchange.otio.otio_mixer import add_mixer_from_metadata, read_strip_fields
from milimo_tui.interchange.otio.otio_transitions import (
    TrackPiece,
    centre_transitions,
    is_empty_space,
    make_edge_transition,
    make_transition_from_otio,
)
from milimo_tui.interchange.values.bundle import (
    CutArrival,
    CutBundle,
    EdgeTransition,
    SourceTimes,
    TrackExtras,
)
from milimo_tui.interchange.values.colours import parse_otio_colour

DEEPEST = 24  # Cuts may be nested in cuts up to this many levels. A file with more levels is refused.
_EMPTY = Clip(id="", cut="", track="", source=GAP, frames=1)
LONGEST = 10**8  # A file with a track that is longer than this many frames is refused.


def from_otio(root: Any, new_id: NewId, *, rate: Fraction | None = None) -> CutArrival:
    """Return the cut in an object that OTIO has read. `rate` is used if the object contains no frame rate.

    Raises BadInput if there is no timeline, or an invalid timeline.
    """
    timeline, others = _choose_timeline(root)
    found = ImportFindings()
    if others:
        found.leave_out(f"only the first of {others + 1} timelines in the file is used, “{timeline.name}”")
    metadata = read_own_metadata(timeline) if isinstance(timeline, otio.schema.Timeline) else {}
    stack = timeline.tracks if isinstance(timeline, otio.schema.Timeline) else timeline
    reader = _OtioReader(new_id, found)
    cut, kept = reader.read_cut(
        stack, str(timeline.name or "Imported"), metadata, rate or _find_most_common_rate(stack), 0
    )
    bundle = CutBundle(cut=cut, cuts=found.cuts, media=found.media, files=found.files, extras=kept)
    return CutArrival(
        bundle=bundle,
        notes=found.format_notes(),
        sized=read_integer_field(metadata, "width", 2, 16384, 0) > 0,
        times=found.times,
    )


def _choose_timeline(root: Any) -> tuple[Any, int]:
    """Return the timeline to import, and the number of other timelines."""
    if isinstance(root, otio.schema.SerializableCollection):
        whole_ones = [each for each in root if isinstance(each, otio.schema.Timeline)]
        fitting = whole_ones or [each for each in root if isinstance(each, otio.core.Item)]
        if fitting:
            return fitting[0], len(fitting) - 1
    if isinstance(root, otio.schema.Timeline | otio.core.Item):
        return root, 0
    raise BadInput("the file has no timeline")


def _find_most_common_rate(stack: Any) -> Fraction:
    """Return the most frequent frame rate among the lengths on the tracks, or 25 if there is none."""
    tracks = list(stack) if isinstance(stack, otio.schema.Stack) else [stack]
    items = [
        item for track in tracks for item in (track if isinstance(track, otio.schema.Track) else [track])
    ]
    spans = (item.source_range for item in items if isinstance(item, otio.core.Item))
    rates = Counter(span.duration.rate for span in spans if span is not None)
    rates_used = [rate for rate, _ in rates.most_common() if 1 <= rate <= 240]
    return find_exact_rate(rates_used[0]) if rates_used else Fraction(25)


class _OtioReader:
    """A converter for one file. The media and nested cuts that it finds are added to `found`, together with
    notes for the user.
    """

    def __init__(self, new_id: NewId, found: ImportFindings) -> None:
        self.mint = new_id
        self.found = found
        # The first frame of each clip on a magnetic track, by clip id. Other clips are connected to these
        # clips.
        self._begins: dict[str, int] = {}
        # Maps the marker ids in the file to the new ids, so that replies can refer to the new ids.
        self._answered: dict[str, str] = {}

    def read_cut(
        self, stack: Any, name: str, metadata: Mapping[str, Any], rate: Fraction, depth: int
    ) -> tuple[Cut, dict[str, TrackExtras]]:
        """Return the cut in a stack, a single track or a single clip, and the stored properties of its
        tracks.

        `metadata` is this program's metadata of the stack, and `depth` the number of cuts around this cut.
        """
        if depth > DEEPEST:
            raise TooLarge(f"timelines are nested more than {DEEPEST} levels deep")
        exact = read_ratio_field(metadata, "rate")
        if exact is not None and 1 <= exact <= 240:
            rate = exact
        cut = Cut(
            id=self.mint("cut"),
            name=read_text_field(metadata, "name") or name,
            rate=rate,
            width=read_integer_field(metadata, "width", 2, 16384, 768),
            height=read_integer_field(metadata, "height", 2, 16384, 512),
            sample_rate=read_integer_field(metadata, "sample_rate", 8000, 384000, 48000),
            frozen=read_flag_field(metadata, "frozen"),
            hand_edited=read_flag_field(metadata, "hand_edited") or not metadata,
            mark_in=_read_mark_field(metadata, "mark_in"),
            mark_out=_read_mark_field(metadata, "mark_out"),
        )
        children = list(stack) if isinstance(stack, otio.schema.Stack) else [stack]
        rows = [
            (child, self._make_track(cut, child)) for child in children if isinstance(child, otio.core.Item)
        ]
        tracks = self._order_tracks(rows)
        kept: dict[str, TrackExtras] = {}
        anchors: dict[str, tuple[str, int]] = {}
        hangs: list[tuple[Clip, str]] = []
        clips: list[Clip] = []
        for (child, _), track in zip(rows, tracks, strict=True):
            pieces, ends = self._read_pieces(cut, child, track, depth)
            if ends != TrackExtras():
                kept[track.id] = ends
            cut = self._add_track_pieces(cut, track, pieces, clips, anchors, hangs)
        connected = remove_broken_links(
            connect_linked_clips(self._connect_clips(clips, anchors, hangs), self._begins)
        )
        cut = replace(cut, tracks=tuple(tracks), clips=tuple(connected))
        cut = add_mixer_from_metadata(cut, metadata, self.mint)
        markers = self._link_replies((*self._read_cut_markers(cut, stack, children), *cut.markers))
        cut = read_caption_metadata(replace(cut, markers=markers), metadata, self.mint)
        return cut, kept

    # Section: create tracks and set their order.

    def _make_track(self, cut: Cut, child: Any) -> Track:
        metadata = read_own_metadata(child)
        is_track = isinstance(child, otio.schema.Track)
        kind = TrackKind.AUDIO if is_track and child.kind == "Audio" else TrackKind.VIDEO
        off = not child.enabled and not metadata
        return Track(
            id=self.mint("track"),
            cut=cut.id,
            name=str(child.name) if is_track else "",
            kind=kind,
            order="",
            magnetic=read_flag_field(metadata, "magnetic"),
            muted=read_flag_field(metadata, "muted") or (off and kind is TrackKind.AUDIO),
            solo=read_flag_field(metadata, "solo"),
            locked=read_flag_field(metadata, "locked") or LOCKED in child.metadata,
            hidden=read_flag_field(metadata, "hidden") or (off and kind is TrackKind.VIDEO),
            sync_lock=read_flag_field(metadata, "sync_lock"),
            height=read_integer_field(metadata, "height", 1, 100, 1),
            gain_db=read_number_field(metadata, "gain_db", *GAIN_RANGE_DB, 0.0),
            **read_strip_fields(metadata),
        )

    def _order_tracks(self, rows: list[tuple[Any, Track]]) -> list[Track]:
        """Return the tracks with their order and names. A file that this program did not write may have
        tracks with no names or equal names. Its tracks are then named V1, V2, A1 and so on.
        """
        theirs = not any(OURS in child.metadata for child, _ in rows)
        out: list[Track] = []
        for kind, letter in ((TrackKind.VIDEO, "V"), (TrackKind.AUDIO, "A")):
            same_kind = [track for _, track in rows if track.kind is kind]
            names = [track.name for track in same_kind]
            fresh = theirs and (
                len(set(names)) < len(names) or not all(names) or any("-" in n[:1] for n in names)
            )
            for index, (track, order) in enumerate(
                zip(same_kind, create_spread_keys(len(same_kind)), strict=True)
            ):
                name = f"{letter}{index + 1}" if fresh or not track.name else track.name
                first = theirs and index == 0 and kind is TrackKind.VIDEO
                out.append(replace(track, name=name, order=order, magnetic=track.magnetic or first))
        by_id = {track.id: track for track in out}
        return [by_id[track.id] for _, track in rows]

    # Section: read the items of a track.

    def _read_pieces(
        self, cut: Cut, child: Any, track: Track, depth: int
    ) -> tuple[list[TrackPiece], TrackExtras]:
        """Return the items of a track with their positions in frames. Also return properties that are only
        needed for a later export: transitions at the track's ends, and the length of the gap after its last
        item.
        """
        sounds = track.kind is TrackKind.AUDIO
        items = list(child) if isinstance(child, otio.schema.Track) else [child]
        at = Fraction(0)
        pieces: list[TrackPiece] = []
        ends = TrackExtras()
        pending: Any = None
        for item in items:
            if isinstance(item, otio.schema.Transition):
                pending = self._check_transition(item, cut.rate)
                continue
            start = round_half_up(at * cut.rate)
            try:
                at += _get_item_length(item)
            except BadInput as error:
                self._leave_out_item(item, error)
                continue
            end = round_half_up(at * cut.rate)
            if end > LONGEST:
                raise TooLarge(f"the track “{child.name}” is longer than any film")
            join, pending = pending, None
            if end <= start:
                self.found.leave_out(f"“{item.name}” is shorter than a frame and is left out")
                continue
            edge: EdgeTransition | None = None
            if join is not None and not pieces and start == 0:
                edge = make_edge_transition(join, cut.rate)
                ends = replace(ends, head_edge=edge)
                join = None
            try:
                clip = make_clip_from_item(
                    item, sounds, self.found, lambda stack: self._read_nested_cut(stack, cut, depth)
                )
            except TooLarge:
                raise
            except BadInput as error:
                self._leave_out_item(item, error)
                clip, item, join = _EMPTY, otio.schema.Gap(), None
            pieces.append(TrackPiece(replace(clip, frames=end - start), item, start, end, join))
            if edge is not None:
                self._fade_at_edge(pieces[-1], edge, is_head=True)
        if pending is not None:
            ends = replace(ends, tail_edge=make_edge_transition(pending, cut.rate))
            if pieces and ends.tail_edge is not None:
                self._fade_at_edge(pieces[-1], ends.tail_edge, is_head=False)
        if not track.magnetic:
            while pieces and is_empty_space(pieces[-1]):
                ends = replace(ends, tail=ends.tail + pieces[-1].end - pieces[-1].start)
                pieces.pop()
        return pieces, ends

    def _fade_at_edge(self, piece: TrackPiece, edge: EdgeTransition, *, is_head: bool) -> None:
        """Add a fade to the first or last clip of a track, which has a transition to nothing at its edge. The
        metadata of this program contains the fades of its own clips.
        """
        frames = edge.before + edge.after
        if frames < 1 or piece.clip.source == GAP or read_own_metadata(piece.item):
            return
        piece.clip = replace(piece.clip, fade_in=frames) if is_head else replace(piece.clip, fade_out=frames)
        self.found.leave_out("a transition at the start or end of a track is a fade here")

    def _leave_out_item(self, item: Any, error: BadInput) -> None:
        """Record an item that cannot be read, with its line if the file has lines."""
        place = str(item.metadata.get(LINE, ""))
        self.found.leave_out(f"{place}{': ' * bool(place)}“{item.name}” is left out: {error.message}")

    def _check_transition(self, item: Any, rate: Fraction) -> Any:
        """Return a transition, or None if its lengths cannot be read."""
        try:
            make_edge_transition(item, rate)
        except BadInput as error:
            self._leave_out_item(item, error)
            return None
        return item

    def _read_nested_cut(self, stack: Any, outer: Cut, depth: int) -> str:
        """Return the id of the cut made from a stack inside a track. If the same stack occurs again, the cut
        that already exists is used.
        """
        inner = stack.tracks if isinstance(stack, otio.schema.Timeline) else stack
        metadata = read_own_metadata(stack)
        about = metadata.get("cut") if inner is stack else metadata
        about = about if isinstance(about, dict) else {}
        value = metadata.get("source")
        origin = read_text_field(value, "id") if isinstance(value, dict) else ""
        key = json.dumps(
            [origin, str(stack.name), about, [each.to_json_string() for each in inner]], default=str
        )
        if key not in self.found.nested:
            name = str(stack.name or inner.name or "Compound clip")
            cut, _ = self.read_cut(
                inner, name, about, outer.rate if about else _find_most_common_rate(inner), depth + 1
            )
            if not about:
                cut = replace(cut, width=outer.width, height=outer.height, sample_rate=outer.sample_rate)
            self.found.cuts[cut.id] = cut
            self.found.nested[key] = cut.id
        return self.found.nested[key]

    def _add_track_pieces(
        self,
        cut: Cut,
        track: Track,
        pieces: list[TrackPiece],
        clips: list[Clip],
        anchors: dict[str, tuple[str, int]],
        hangs: list[tuple[Clip, str]],
    ) -> Cut:
        """Add the items of a track to the cut, with their transitions and markers.

        The new clips are appended to `clips`. For `_connect_clips`, the function adds to `anchors` the clips
        to which others can be connected, and to `hangs` the clips that are connected to one of them.
        """
        joins = centre_transitions(pieces, cut.rate, self.found)
        pieces = [each for each in pieces if track.magnetic or not is_empty_space(each)]
        ids: dict[int, str] = {}
        markers: list[Marker] = []
        for piece, order in zip(pieces, create_spread_keys(len(pieces)), strict=True):
            clip = replace(
                piece.clip,
                id=self.mint("clip"),
                cut=cut.id,
                track=track.id,
                frames=piece.end - piece.start,
                order=order if track.magnetic else None,
                start=None if track.magnetic else piece.start,
            )
            clip = shorten_fades_to_fit(clip)
            ids[id(piece)] = clip.id
            metadata = read_own_metadata(piece.item)
            if track.magnetic:
                self._begins[clip.id] = piece.start
            if read_text_field(metadata, "id") and track.magnetic:
                anchors[read_text_field(metadata, "id")] = clip.id, piece.start
            if read_text_field(metadata, "on") and not track.magnetic:
                hangs.append((clip, read_text_field(metadata, "on")))
            clips.append(clip)
            if TIMES in piece.item.metadata:
                self.found.times[clip.id] = SourceTimes(**convert_to_plain_values(piece.item.metadata[TIMES]))
            markers += self._read_clip_markers(cut, clip, piece.item)
        transitions = [
            make_transition_from_otio(
                self.mint("transition"), cut, ids[id(left)], ids[id(right)], frames, right.join
            )
            for left, right, frames in joins
            if id(left) in ids and id(right) in ids
        ]
        return replace(cut, transitions=(*cut.transitions, *transitions), markers=(*cut.markers, *markers))

    def _connect_clips(
        self, clips: list[Clip], anchors: dict[str, tuple[str, int]], hangs: list[tuple[Clip, str]]
    ) -> list[Clip]:
        """Return all clips, after connecting the clips in `hangs`. The position of a connected clip is given
        relative to another clip, its anchor, and not to the cut's start. `anchors` maps the ids of these
        other clips in the file to their new ids and first frames.
        """
        connected = {}
        for clip, name in hangs:
            if name in anchors:
                anchor, start = anchors[name]
                connected[clip.id] = replace(
                    clip, start=None, anchor=anchor, offset=(clip.start or 0) - start
                )
        return [connected.get(clip.id, clip) for clip in clips]

    # Section: read markers.

    def _read_cut_markers(self, cut: Cut, stack: Any, children: list[Any]) -> list[Marker]:
        """Return the markers that belong to the cut itself and not to a clip. They come from its stack and
        its tracks.

        A nested stack also has the markers of the clip that shows it. These are recognised by the field
        `frame` and left out.
        """
        found = [each for each in _list_stack_markers(stack) if "frame" not in read_own_metadata(each)]
        for child in children:
            if isinstance(child, otio.schema.Track):
                found += list(child.markers)
        times = ((each, self._find_marker_time(each)) for each in found)
        return [
            self._make_marker_from_otio(cut, each, round_half_up(time * cut.rate), None)
            for each, time in times
            if time is not None
        ]

    def _find_marker_time(self, marker: Any) -> Fraction | None:
        try:
            return convert_to_seconds(marker.marked_range.start_time)
        except BadInput as error:
            self._leave_out_item(marker, error)
            return None

    def _read_clip_markers(self, cut: Cut, clip: Clip, item: Any) -> list[Marker]:
        begin = (
            convert_to_seconds(item.source_range.start_time) if item.source_range is not None else Fraction(0)
        )
        out = []
        mixed = isinstance(item, otio.core.Composition)
        for each in (each for each in item.markers if not mixed or "frame" in read_own_metadata(each)):
            time = self._find_marker_time(each)
            if time is None:
                continue
            at = (time - begin) * cut.rate
            exact = read_integer_field(read_own_metadata(each), "frame", -LONGEST, LONGEST, LONGEST)
            frame = exact if abs(exact - at) < Fraction(1, 1000) else round_half_up(at)
            out.append(self._make_marker_from_otio(cut, each, frame, clip.id))
        return out

    def _link_replies(self, markers: Sequence[Marker]) -> tuple[Marker, ...]:
        """Return the markers with their replies linked. A reply contains the id that another marker has in
        the file; this id is replaced by the new id. A reply to a marker that does not exist becomes a normal
        marker.
        """
        return tuple(replace(each, parent=self._answered.get(each.parent, "")) for each in markers)

    def _make_marker_from_otio(self, cut: Cut, marker: Any, frame: int, clip: str | None) -> Marker:
        metadata = read_own_metadata(marker)
        known = OURS in marker.metadata
        fresh = self.mint("marker")
        if read_text_field(metadata, "id"):
            self._answered[read_text_field(metadata, "id")] = fresh
        words = str(marker.name or "") or (str(marker.comment or "") if not known else "")
        return Marker(
            id=fresh,
            cut=cut.id,
            frame=frame,
            clip=clip,
            text=read_text_field(metadata, "text", words),
            colour=read_text_field(metadata, "colour")
            if known
            else parse_otio_colour(str(marker.color or "")),
            name=read_text_field(metadata, "name")[:1],
            done=read_flag_field(metadata, "done"),
            kind=read_text_field(metadata, "kind"),
            author=read_text_field(metadata, "author"),
            parent=read_text_field(metadata, "parent"),
        )


def _read_mark_field(metadata: Mapping[str, Any], name: str) -> int | None:
    frame = read_integer_field(metadata, name, 0, LONGEST, -1)
    return None if frame < 0 else frame


def _list_stack_markers(stack: Any) -> list[Any]:
    return list(stack.markers) if isinstance(stack, otio.schema.Stack) else []


def _get_item_length(item: Any) -> Fraction:
    """Return the length of an item on its track. Raises BadInput if no length is given."""
    try:
        span = item.source_range if item.source_range is not None else item.available_range()
    except otio.exceptions.OTIOError:
        raise BadInput(f"the length of “{item.name}” is not given") from None
    return max(Fraction(0), convert_to_seconds(span.duration))
