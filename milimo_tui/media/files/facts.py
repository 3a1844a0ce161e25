"""The facts of a media file as values, its hash, and probing of untrusted files in a separate process.

Imports no decoder, so screens and all commands may import the module.
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

PROBE_SECONDS = 30.0  # for one file; a busy machine needs many seconds to start the helper


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFileFacts:
    """The facts of one file. `kind` is video, picture or sound; a picture has no length.

    `width` and `height` are as shown (rotation and pixel aspect applied); `seconds` is exact if the rate is
    constant. `sheet` is the reason why an untrusted picture looks like a reference sheet, if it does.
    `streams` describes all streams of a film or a sound.
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
        """Return plain JSON; rate and seconds are "n/d" text."""
        out = {each.name: getattr(self, each.name) for each in fields(self)}
        for key in ("rate", "seconds"):
            out[key] = None if out[key] is None else format_ratio(out[key])
        if not self.sheet:
            del out["sheet"]
        out["streams"] = self.streams.model_dump(mode="json", exclude_defaults=True)
        return out

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> MediaFileFacts:
        """Return the facts from the result of `as_json`, also that of an earlier version."""
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
    """Return the SHA-256 of an image sequence: the hash of its pictures' hashes, in order."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(bytes.fromhex(digest(path)))
    return whole.hexdigest()


# Decode the first picture or sound; a short file completely; every file completely.
ProbeDepth = Literal["head", "short", "whole"]


class Prober:
    """A prober of untrusted files, one after the other, in a separate process of bounded memory.

    A file that crashes the process or exceeds the time limit is refused, and a new process continues with the
    rest. If the file was not the first of its process, it is first tried again in a new process: an earlier
    file may have caused the crash. Close the prober after use; it serves one thread.
    """

    def __init__(self) -> None:
        self._helper: helper_process.HelperProcess | None = None
        self._answered = 0  # files answered by this process
        self._asked: deque[tuple[Path, Fraction | None, ProbeDepth]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_probe_helper()

    def request_probe(self, path: Path, rate: Fraction | None = None, *, depth: ProbeDepth = "head") -> None:
        """Start probing a file in the background; with `rate`, the image sequence that begins with it.

        `depth` specifies how much is decoded to find damage.
        """
        self._asked.append((path, rate, depth))
        if self._helper is not None:
            self._send_probe_request(self._helper, path, rate, depth)

    def wait_for_facts(self, seconds: float = PROBE_SECONDS) -> MediaFileFacts:
        """Wait at most `seconds` for the facts of the file that was requested first, and return them.

        Raises BadInput with one sentence for any fault of the file; NotFound if it does not exist.
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
        """Return the facts of one file, after the files requested earlier. Raises as `wait_for_facts`."""
        self.request_probe(path, rate, depth=depth)
        return self.wait_for_facts(seconds)

    def _wait_for_helper_answer(self, seconds: float) -> dict[str, Any] | None:
        while True:
            if self._helper is None:
                self._helper = helper_process.HelperProcess("milimo_tui.media.read.probe")
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
    """Probe one untrusted file in a separate process. Raises as `Prober.wait_for_facts`."""
    if not path.exists():
        raise NotFound(f"{path.name} does not exist", f"its path was {path}")
    with Prober() as prober:
        return prober.probe(path, seconds, rate=rate, depth=depth)
