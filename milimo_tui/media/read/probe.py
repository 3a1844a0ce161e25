"""Probing of media files: reading the facts of a file and decoding its first picture or sound.

`probe` reads a trusted file, such as our own takes, in this process. `media.files.facts.Prober` runs this
module (`python -m milimo_tui.media.read.probe`) as a process with limited memory for untrusted files.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from av.error import ArgumentError, FFmpegError
from PIL import Image

from milimo_tui.core.errors import BadInput, MilimoError, NotFound
from milimo_tui.core.time import parse_ratio
from milimo_tui.cut.plan.damage import record_file_damage
from milimo_tui.cut.values.conform import compute_display_size
from milimo_tui.cut.values.streams import SoundFacts, StreamFacts
from milimo_tui.media.files.allowed_formats import open_media, open_picture
from milimo_tui.media.files.facts import MediaFileFacts, ProbeDepth
from milimo_tui.media.files.numbered_files import find_numbered_sequence
from milimo_tui.media.files.own_content import require_own_content
from milimo_tui.media.files.reference_sheets import explain_reference_sheet
from milimo_tui.media.files.sound_length import add_sound_length
from milimo_tui.media.files.stills import open_still
from milimo_tui.media.files.stream_facts import read_stream_facts
from milimo_tui.media.files.unreadable import make_unreadable_error
from milimo_tui.media.read import damaged_places
from milimo_tui.media.read.animated_webp import PageReader, is_animated_webp
from milimo_tui.media.read.sequences import read_sequence_facts

MEMORY_BYTES = 4 * 2**30  # The limit of the probing process's address space, in bytes.
# The limits up to which a file is decoded completely at import: pixels of all frames together (about ten
# seconds of 1920 × 1080), seconds of sound, and seconds that decoding may take.
MOST_PIXELS, MOST_SOUND, MOST_SECONDS = 500 * 10**6, 600, 4.0
MOST_FILES = 500  # The number of files after which the process is replaced, because decoders may leak memory.


def probe(path: Path, rate: Fraction | None = None) -> MediaFileFacts:
    """Return the facts of a file after decoding its first picture or sound.

    With `rate`, in frames per second, `path` is the first picture of an image sequence. Raises NotFound,
    ReadOnly or BadInput.
    """
    return _read_facts_and_picture(path, rate)[0]


def _read_facts_and_picture(path: Path, rate: Fraction | None) -> tuple[MediaFileFacts, Image.Image | None]:
    """Return the facts of a file, and its decoded picture if the file is a still picture. Raises the same
    errors as `probe`.
    """
    if not path.exists():
        raise NotFound(f"{path.name} does not exist", f"its path was {path}")
    if path.is_dir():
        raise BadInput(f"{path.name} is a folder, not a media file")
    try:
        if rate is not None:
            return _summarise_streams(read_sequence_facts(find_numbered_sequence(path), rate)), None
        image = open_still(path)
        if image is not None:
            codec = path.suffix.lstrip(".")
            return MediaFileFacts(
                kind="picture", width=image.width, height=image.height, video_codec=codec
            ), image
        if is_animated_webp(path):
            with PageReader(path) as pages:
                return _summarise_streams(pages.make_stream_facts()), None
        require_own_content(path)
        return _summarise_streams(add_sound_length(path, read_stream_facts(path))), None
    except (OSError, FFmpegError) as error:
        raise make_unreadable_error(path, error) from error


def _summarise_streams(streams: StreamFacts) -> MediaFileFacts:
    """Return the facts of a complete file, summarised from the facts of its streams."""
    picture = streams.picture
    sound = streams.sounds[0] if streams.sounds else SoundFacts()
    width, height = compute_display_size(picture) if picture else (None, None)
    return MediaFileFacts(
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


def _probe_to_depth(path: Path, rate: Fraction | None, depth: ProbeDepth) -> MediaFileFacts:
    """Return the facts of a file, after decoding as much as `depth` specifies.

    A still picture is tested for a reference sheet. A clip or sound that is decoded completely is searched
    for damage.
    """
    if depth == "format":
        _require_allowed_format(path)
        return MediaFileFacts(kind="")
    facts, image = _read_facts_and_picture(path, rate)
    if image is not None:
        return replace(facts, sheet=explain_reference_sheet(image))
    if is_animated_webp(path) or depth == "head":
        return facts
    if depth == "short" and not _is_short_enough_to_decode(facts):
        return facts
    found = damaged_places.DamagedPlaces(is_complete=False)
    # The file itself was readable. If the search fails, its damage stays unknown.
    with contextlib.suppress(MilimoError):
        found = damaged_places.find_damage(
            path, seconds=None if depth == "whole" else MOST_SECONDS, rate=rate
        )
    streams = record_file_damage(facts.streams, found.pictures, found.sounds, looked=found.is_complete)
    return replace(facts, streams=streams)


def _require_allowed_format(path: Path) -> None:
    """Check that the format of a file may be read, and that the file does not name other files. Nothing is
    decoded, and a damaged file passes. Raises BadInput.
    """
    with contextlib.suppress(OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        open_picture(path).close()
        return
    try:
        if path.stat().st_size > 0:  # An empty file is a damaged file.
            require_own_content(path)
        open_media(path).close()
    except ArgumentError as error:
        raise make_unreadable_error(path, error) from error
    except (OSError, FFmpegError):
        return


def _is_short_enough_to_decode(facts: MediaFileFacts) -> bool:
    picture = facts.streams.picture
    if picture is None:
        return facts.seconds is not None and facts.seconds <= MOST_SOUND
    return facts.frames is not None and facts.frames * picture.width * picture.height <= MOST_PIXELS


def main() -> int:
    """Answer probe requests: each line of JSON on stdin gets a line on stdout. Exit after `MOST_FILES`
    requests.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    # Requests and answers use duplicated descriptors, and stdin and stdout become the null device. A decoder
    # that prints or reads then does no harm.
    questions, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    for number, line in zip(range(MOST_FILES), questions, strict=False):
        request = json.loads(line)
        path, rate = Path(request["path"]), parse_ratio(request["rate"]) if request["rate"] else None
        try:
            answer = _probe_to_depth(path, rate, request["look"]).as_json()
        except MilimoError as error:
            answer = dict(error.as_json())
        except MemoryError:
            # Exit without an answer: the caller tries the file again as the first file of a new process.
            if number:
                return 1
            answer = dict(BadInput(f"{path.name} needs too much memory to read").as_json())
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
