"""A long film's pictures encoded in pieces that stand alone, kept on disk, so that a killed render goes on.

Each piece begins with a key frame of an encoder of its own; joined they make one stream. Short films are one.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from milimo_tui.cut.plan import Plan
from milimo_tui.media import colour
from milimo_tui.media.facts import digest
from milimo_tui.media.presets import Preset

SECONDS = 20  # of film in a piece

_HEAD = struct.Struct("<qqqI?")  # pts, dts, duration, bytes, key frame


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished one: its file's name and hash, and how many of its pictures were handed on as decoded."""

    name: str
    digest: str
    passed: int


@dataclass(slots=True)
class Pieces:
    """Where they lie, those that are finished, and who is told when one more is."""

    folder: Path
    done: list[Piece] = field(default_factory=list)
    tell: Callable[[list[Piece]], None] = lambda done: None

    def keep(self, packets: Iterable[av.Packet[VideoStream]], passed: int) -> None:
        """Write one more, synced. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{len(self.done):06d}"
        with path.open("wb") as handle:
            for packet in packets:
                times = (packet.pts or 0, packet.dts or 0, packet.duration or 0)
                handle.write(_HEAD.pack(*times, packet.size, packet.is_keyframe))
                handle.write(bytes(packet))
            handle.flush()
            os.fsync(handle.fileno())
        self.done.append(Piece(path.name, digest(path), passed))
        self.tell(self.done)

    def packets(self, time_base: Fraction) -> Iterator[av.Packet[Any]]:
        """All pieces in order, as one stream."""
        for piece in self.done:
            with (self.folder / piece.name).open("rb") as handle:
                while head := handle.read(_HEAD.size):
                    pts, dts, duration, size, is_key = _HEAD.unpack(head)
                    packet = av.Packet(handle.read(size))
                    packet.pts, packet.dts, packet.duration = pts, dts, duration
                    packet.time_base = time_base
                    packet.is_keyframe = is_key
                    yield packet


def whole(folder: Path, pieces: Iterable[Piece]) -> list[Piece]:
    """Those at the beginning that are on disk as they were written."""
    found: list[Piece] = []
    for piece in pieces:
        path = folder / piece.name
        if not path.is_file() or digest(path) != piece.digest:
            break
        found.append(piece)
    return found


def length(plan: Plan) -> int:
    """Frames in each piece of that film but the last; all of them for a short one."""
    frames = max(1, round(SECONDS * plan.rate))
    return frames if plan.frames > 2 * frames else plan.frames


def encoder(plan: Plan, preset: Preset) -> VideoCodecContext:
    """One for a piece. All of them write the same headers, so that their pictures can stand in one stream."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, VideoCodecContext)
    context.options = {"preset": preset.speed, "crf": str(preset.quality)}
    context.width, context.height, context.pix_fmt = plan.width, plan.height, colour.PIXELS
    context.framerate, context.time_base = plan.rate, 1 / plan.rate
    context.flags |= av.codec.context.Flags.global_header
    colour.tag(context)
    return context
