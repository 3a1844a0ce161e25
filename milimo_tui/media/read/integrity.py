"""A check that a generated file is complete and matches its recorded facts, by decoding its start and its
end.

Files from elsewhere are probed in a process with limited memory instead (`facts.probe_in_subprocess`).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.error import FFmpegError

from milimo_tui.core.errors import BadInput, DamagedResult, NotFound
from milimo_tui.core.reasons import reason
from milimo_tui.media.files.allowed_formats import open_media, open_picture
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.media.files.picture_stream import has_decoder
from milimo_tui.media.read.probe import probe

# The facts that are compared, with their names in messages.
_COMPARED_FACTS = {
    "frames": "frames",
    "width": "pixels across",
    "height": "pixels down",
    "rate": "frames a second",
    "sample_rate": "samples a second",
    "channels": "channels",
}
# Seconds at the end of a file that are decoded. Decoding begins at the key frame before them.
_TAIL_SECONDS = 1
_SLACK_SECONDS = Fraction(1, 10)  # Seconds by which compressed sound and its pictures may differ in length.


def check_file_intact(path: Path, recorded: Mapping[str, Any]) -> None:
    """Decode the start and the end of a picture, video or sound, and compare the file with the facts that
    were recorded when it was made.

    `recorded` are the recorded facts in the form of `MediaFileFacts.as_json`. Raises DamagedResult with the
    problem, ReadOnly.
    """
    try:
        facts = probe(path)
        if facts.kind == "picture":
            _verify_picture_checksums(path)
        elif path.suffix.lower() == ".webp":
            _check_last_webp_page(path)
        else:
            _check_stream_ends(path, facts)
    except (BadInput, NotFound) as error:
        raise DamagedResult(
            f"the result can't be read: {error.message}", "Milimo makes it again automatically"
        ) from error
    if recorded.get("kind") == facts.kind:
        _compare_with_facts(path, facts.as_json(), recorded)


def _compare_with_facts(path: Path, found: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    for name, words in _COMPARED_FACTS.items():
        if name == "frames" and path.suffix.lower() == ".webp":
            # A page of an animation may last several frames, so the number of pages is not compared with the
            # number of frames.
            continue
        if facts.get(name) is not None and found[name] != facts[name]:
            raise DamagedResult(
                f"{path.name} contains {found[name]} {words}, but {facts[name]} were made",
                "Milimo makes it again automatically",
            )


def _verify_picture_checksums(path: Path) -> None:
    """Verify the checksums that a picture format may have. `probe` has already decoded the pixels."""
    try:
        with open_picture(path) as image:
            image.verify()
    except (SyntaxError, ValueError, EOFError, OSError) as error:
        raise BadInput(f"{path.name} is a damaged picture: {reason(error)}") from error


def _check_last_webp_page(path: Path) -> None:
    """Decode the last picture of an animated WebP, which FFmpeg cannot decode."""
    try:
        with open_picture(path) as image:
            image.seek(getattr(image, "n_frames", 1) - 1)
            image.load()
    except (SyntaxError, ValueError, EOFError, OSError) as error:
        raise BadInput(f"{path.name} is a damaged picture: {reason(error)}") from error


def _check_stream_ends(path: Path, facts: MediaFileFacts) -> None:
    try:
        with open_media(path) as container:
            if not all(
                has_decoder(stream) for stream in (*container.streams.video, *container.streams.audio)
            ):
                raise BadInput(f"{path.name} is truncated: it does not name the codec of one of its streams")
            if facts.kind == "video":
                _check_last_picture(path, container, facts)
            if facts.sample_rate:
                _check_last_sound(path, container, facts)
    except (FFmpegError, OSError) as error:
        raise BadInput(f"{path.name} can't be read to its end: {error.strerror or error}") from error


def _check_last_picture(path: Path, container: av.container.InputContainer, facts: MediaFileFacts) -> None:
    stream = container.streams.video[0]
    # Only a few pictures are decoded, and each thread would use memory.
    stream.codec_context.thread_count = 1
    last = _decode_last_frame(container, stream, facts.seconds)
    if last is None:
        raise BadInput(f"the last picture of {path.name} can't be read")
    if facts.frames and facts.rate and last.pts is not None:
        tick = stream.time_base or Fraction(1)
        shown = (last.pts - (stream.start_time or 0)) * tick
        wanted = (facts.frames - 1) / facts.rate
        if abs(shown - wanted) > 1 / facts.rate:
            raise BadInput(
                f"{path.name} ends with the picture at {float(shown):.2f} s instead of {float(wanted):.2f} s"
            )


def _check_last_sound(path: Path, container: av.container.InputContainer, facts: MediaFileFacts) -> None:
    stream = container.streams.audio[0]
    last = _decode_last_frame(container, stream, facts.seconds)
    if last is None:
        raise BadInput(f"the end of the sound of {path.name} can't be read")
    if facts.kind != "video" or not facts.seconds or last.pts is None:
        return
    end = (last.pts - (stream.start_time or 0)) * (stream.time_base or Fraction(1)) + Fraction(
        last.samples, last.sample_rate
    )
    exact = stream.codec_context.name.startswith("pcm")
    slack = Fraction(1, last.sample_rate) if exact else _SLACK_SECONDS
    if abs(end - facts.seconds) > slack:
        wanted = f"not at {float(facts.seconds):.3f} s"
        raise BadInput(f"the sound of {path.name} ends at {float(end):.3f} s, {wanted}")


def _decode_last_frame(container: av.container.InputContainer, stream: Any, seconds: Fraction | None) -> Any:
    """Decode the end of a stream and return its last frame, or None if nothing can be decoded there.

    `seconds` is the length of the stream.
    """
    start = max(Fraction(0), (seconds or Fraction(0)) - _TAIL_SECONDS)
    tick = stream.time_base or Fraction(1)
    container.seek(int(start / tick) + (stream.start_time or 0), stream=stream, backward=True)
    last = None
    for frame in container.decode(stream):
        last = frame
    return last
