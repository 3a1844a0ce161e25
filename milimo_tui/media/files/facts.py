"""The facts of a media file (kind, size, length, codecs), its hash, and probing of untrusted files in a
separate process.

This module imports no decoder, so screens and commands start quickly.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Self

from milimo_tui.core.errors import BadInput, NotFound
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.time import format_ratio
from milimo_tui.cut.values.streams import NO_FACTS, StreamFacts
from milimo_tui.media.files import helper_process

# Time limit in seconds for one file. On a busy machine the helper process alone takes many seconds to start.
PROBE_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFileFacts:
    """The facts of one media file. `kind` is `video`, `picture` or `sound`; a picture has no length.

    - `width` and `height` are the size for display, with rotation and pixel aspect ratio applied.
    - `seconds` is exact if the frame rate is constant.
    - `sheet` is the reason why a picture looks like a reference sheet; empty if it does not.
    - `streams` describes every stream of a film or a sound.
    """

    kind: str
    frames: int | None = None
    rate: Fraction | None = None
    width: int | None = None
    height: int | None = None
    seconds: Fraction | None = None
    sample_rate: int | None = None
    channels: int | None = None
    video_codec: str = ""
    audio_codec: str = ""
    sheet: str = ""
    streams: StreamFacts = field(default=NO_FACTS, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Return the facts as plain JSON values. `rate` and `seconds` are text of the form "n/d"."""
        out = {each.name: getattr(self, each.name) for each in fields(self)}
        for key in ("rate", "seconds"):
            out[key] = None if out[key] is None else format_ratio(out[key])
        if not self.sheet:
            del out["sheet"]
        out["streams"] = self.streams.model_dump(mode="json", exclude_defaults=True)
        return out

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> MediaFileFacts:
        """Return the facts from the result of `as_json`, including results of earlier versions of the
        program.
        """
        ratios = {key: Fraction(values[key]) for key in ("rate", "seconds") if values.get(key) is not None}
        streams = StreamFacts.model_validate(values.get("streams", {}))
        return cls(**{**values, **ratios, "streams": streams})


def digest(path: Path) -> str:
    """Return the SHA-256 of the file's bytes in hex. Raises NotFound and the errors of the disk."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise NotFound(f"{path.name} does not exist", f"its path was {path}") from error
    except OSError as error:
        raise explain_os_error(error, path, "read") from error


def hash_image_sequence(paths: Iterable[Path]) -> str:
    """Return one SHA-256 for an image sequence: the hash of the hashes of its pictures, in order."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(bytes.fromhex(digest(path)))
    return whole.hexdigest()


# The extent of decoding during a probe. `format` only checks that the format may be read. `head` decodes the
# first picture or sound. `short` also decodes a short file completely. `whole` decodes every file completely.
ProbeDepth = Literal["format", "head", "short", "whole"]


class Prober:
    """A prober, which reads the facts of untrusted files one after another in a separate process with limited
    memory.

    A file is refused if it crashes the process or exceeds the time limit, and a new process continues with
    the remaining files. If the process had already read other files, the file is first tried again in a new
    process, because an earlier file may have caused the crash. Close the prober after use. Only one thread
    may use it.
    """

    def __init__(self) -> None:
        self._helper: helper_process.HelperProcess | None = None
        self._answered = 0  # The number of files that the current process has answered.
        self._asked: deque[tuple[Path, Fraction | None, ProbeDepth]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_probe_helper()

    def request_probe(self, path: Path, rate: Fraction | None = None, *, depth: ProbeDepth = "head") -> None:
        """Start probing a file in the background.

        With `rate`, in frames per second, `path` is the first picture of an image sequence. `depth` specifies
        how much is decoded to find damage.
        """
        self._asked.append((path, rate, depth))
        if self._helper is not None:
            self._send_probe_request(self._helper, path, rate, depth)

    def wait_for_facts(self, seconds: float = PROBE_SECONDS) -> MediaFileFacts:
        """Return the facts of the file whose probe was requested first and not yet waited for. Wait at most
        `seconds`.

        Raises BadInput with the problem if the file cannot be used, NotFound if the file does not exist.
        """
        path = self._asked[0][0]
        try:
            answer = self._wait_for_helper_answer(seconds)
        except TimeoutError as error:
            self._stop_probe_helper()
            raise BadInput(f"{path.name} could not be read within {seconds:g} seconds") from error
        finally:
            self._asked.popleft()
        if answer is None:
            raise BadInput(f"{path.name} can't be read as picture or sound")
        if "error" in answer:
            refusal = NotFound if answer["error"]["kind"] == NotFound.kind else BadInput
            raise refusal(answer["error"]["message"], answer["error"]["hint"])
        return MediaFileFacts.from_json(answer)

    def probe(
        self,
        path: Path,
        seconds: float = PROBE_SECONDS,
        *,
        rate: Fraction | None = None,
        depth: ProbeDepth = "head",
    ) -> MediaFileFacts:
        """Probe one file and return its facts. Before this call, `wait_for_facts` must have been called for
        every file that was requested earlier.

        With `rate`, in frames per second, `path` is the first picture of an image sequence. Raises the same
        errors as `wait_for_facts`.
        """
        self.request_probe(path, rate, depth=depth)
        return self.wait_for_facts(seconds)

    def _wait_for_helper_answer(self, seconds: float) -> dict[str, Any] | None:
        while True:
            if self._helper is None:
                self._helper = helper_process.start_helper_module("milimo_tui.media.read.probe")
                for path, rate, depth in self._asked:
                    self._send_probe_request(self._helper, path, rate, depth)
            answer, was_first = self._helper.wait_for_answer(seconds), self._answered == 0
            if answer is not None:
                self._answered += 1
                return answer
            self._stop_probe_helper()
            if was_first:
                return None

    @staticmethod
    def _send_probe_request(
        helper: helper_process.HelperProcess, path: Path, rate: Fraction | None, depth: ProbeDepth
    ) -> None:
        helper.send({"path": str(path), "rate": format_ratio(rate) if rate else "", "look": depth})

    def _stop_probe_helper(self) -> None:
        if self._helper is not None:
            self._helper.kill_process()
        self._helper, self._answered = None, 0


def probe_in_subprocess(
    path: Path, seconds: float = PROBE_SECONDS, *, rate: Fraction | None = None, depth: ProbeDepth = "head"
) -> MediaFileFacts:
    """Probe one untrusted file in a separate process that may run for `seconds`. Raises the same errors as
    `Prober.wait_for_facts`.
    """
    if not path.exists():
        raise NotFound(f"{path.name} does not exist", f"its path was {path}")
    with Prober() as prober:
        return prober.probe(path, seconds, rate=rate, depth=depth)
