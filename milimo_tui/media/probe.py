"""Reading what a media file is. `probe` reads a file we trust (our own takes) right here;
`python -m milimo_tui.media.probe FILE` is the bounded process of `media.facts.probe_bounded`.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from av.error import FFmpegError

from milimo_tui.core.errors import BadInput, MilimoError, NotFound
from milimo_tui.core.time import parse_ratio
from milimo_tui.cut.conform import shown_size
from milimo_tui.cut.streams import SoundFacts, StreamFacts
from milimo_tui.media.facts import Facts
from milimo_tui.media.numbered import run_of
from milimo_tui.media.pages import PageReader, is_pages
from milimo_tui.media.sequences import sequence_facts
from milimo_tui.media.sheets import looks_like_sheet
from milimo_tui.media.stills import open_still
from milimo_tui.media.streams import stream_facts
from milimo_tui.media.unreadable import unreadable

MEMORY_BYTES = 4 * 2**30  # address space of a bounded probe


def probe(path: Path, rate: Fraction | None = None) -> Facts:
    """Read a file's facts and decode its first picture or sound; with a rate, of the sequence it begins.

    Raises NotFound, ReadOnly or BadInput.
    """
    if not path.exists():
        raise NotFound(f"{path.name}: there is no such file", f"looked for {path}")
    if path.is_dir():
        raise BadInput(f"{path.name} is a folder, not a media file")
    try:
        if rate is not None:
            return _facts_of(sequence_facts(run_of(path), rate))
        picture = _still(path)
        if picture is not None:
            return picture
        if is_pages(path):
            with PageReader(path) as pages:
                return _facts_of(pages.facts())
        return _facts_of(stream_facts(path))
    except (OSError, FFmpegError) as error:
        raise unreadable(path, error) from error


def _still(path: Path) -> Facts | None:
    """Facts of a picture file; None when it is none, or moves."""
    image = open_still(path)
    if image is None:
        return None
    return Facts(kind="picture", width=image.width, height=image.height, video_codec=path.suffix.lstrip("."))


def _facts_of(streams: StreamFacts) -> Facts:
    """The facts that lists show, from those of the streams."""
    picture = streams.picture
    sound = streams.sounds[0] if streams.sounds else SoundFacts()
    width, height = shown_size(picture) if picture else (None, None)
    return Facts(
        kind="video" if picture else "sound",
        frames=streams.frames,
        rate=picture.rate if picture else None,
        width=width,
        height=height,
        seconds=streams.seconds,
        sample_rate=sound.sample_rate or None,
        channels=sound.channels or None,
        video_codec=picture.codec if picture else "",
        audio_codec=sound.codec,
        streams=streams,
    )


def _looked_at(path: Path, rate: Fraction | None) -> Facts:
    """The facts, and of a picture whether it looks like a reference sheet."""
    facts = probe(path, rate)
    image = open_still(path) if facts.kind == "picture" else None
    return facts if image is None else replace(facts, sheet=looks_like_sheet(image))


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    path = Path(sys.argv[1])
    rate = parse_ratio(sys.argv[2]) if len(sys.argv) > 2 else None
    try:
        answer = _looked_at(path, rate).as_json()
    except MilimoError as error:
        answer = dict(error.as_json())
    except MemoryError:
        answer = dict(BadInput(f"{path.name} needs too much memory to read").as_json())
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
