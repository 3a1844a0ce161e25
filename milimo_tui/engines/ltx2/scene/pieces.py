"""Cut a one-go scene into one take for each of its shots.

The cuts are detected in the pictures. Each take has at least the length of its shot, and the sound of the
same time. Frames between the end of the shot and the detected cut become handles.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from milimo_tui.core.time import frame_to_sample
from milimo_tui.engines.contract.engine import Context, Output
from milimo_tui.engines.contract.provenance import MARK
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.picture.cuts_found import FoundCut, find_cuts_near
from milimo_tui.media.read.probe import probe

WINDOW = 12  # A cut is searched at most this number of frames away from its requested frame.


def write_piece_takes(
    spec: MakeVideo,
    shown: NDArray[np.uint8],
    sound: NDArray[np.float32],
    metadata: Mapping[str, str],
    context: Context,
) -> tuple[Output, ...]:
    """Cut a one-go scene into its shots and write one take file for each shot. `shown` (n, height, width, 3)
    are the pictures of the scene and `sound` (2, samples) is its sound. The outputs have the roles `take`,
    `take-2`, … in the order of the shots.
    """
    lengths = [piece.frames for piece in spec.pieces]
    ends = list(accumulate(lengths))
    cuts = find_cuts_near(shown, ends[:-1], min(WINDOW, min(lengths) // 2))
    starts = [0, *(cut.frame for cut in cuts)]
    outputs = []
    for at, (start, end, length) in enumerate(zip(starts, [*starts[1:], len(shown)], lengths, strict=True)):
        pictures = list(shown[start:end])
        pictures += pictures[-1:] * max(0, length - len(pictures))
        first = frame_to_sample(start, spec.rate, spec.sample_rate)
        path = context.workspace / (f"take-{at + 1}.mov" if at else "take.mov")
        _write_piece(
            spec,
            path,
            pictures,
            sound[:, first:],
            _build_piece_metadata(metadata, at, start, len(pictures), cuts),
        )
        outputs.append(Output.of_file(path.stem, path, probe(path).as_json()))
        context.log(_describe_piece(at, start, ends, cuts, length - (end - start)))
        context.progress("cutting", at + 1, len(lengths))
    return tuple(outputs)


def _write_piece(
    spec: MakeVideo,
    path: Path,
    pictures: Sequence[NDArray[np.uint8]],
    sound: NDArray[np.float32],
    metadata: Mapping[str, str],
) -> None:
    write_take(
        path,
        pictures,
        width=spec.width,
        height=spec.height,
        rate=spec.rate,
        frames=len(pictures),
        sound=sound,
        sample_rate=spec.sample_rate,
        metadata=metadata,
    )


def _build_piece_metadata(
    metadata: Mapping[str, str], at: int, start: int, frames: int, cuts: Sequence[FoundCut]
) -> dict[str, str]:
    """Return the provenance for the file of piece `at` (counted from 0) of a one-go scene. It is the
    provenance of the complete scene with three additions: the piece's first frame `start`, its number of
    frames, and whether the cut at its beginning was detected in the pictures.
    """
    found = cuts[at - 1].found if at else True
    piece = {"piece": at + 1, "from": start, "frames": frames, "found": found}
    values = {**json.loads(metadata.get(MARK, "{}")), "of_one_go": piece}
    return {**metadata, MARK: json.dumps(values, sort_keys=True, ensure_ascii=False)}


def _describe_piece(
    at: int, start: int, ends: Sequence[int], cuts: Sequence[FoundCut], held_frames: int
) -> str:
    words = f"shot {at + 1} from frame {start}"
    if at and cuts[at - 1].found:
        away = start - ends[at - 1]
        words += (
            ": its cut is "
            f"there{f', {abs(away)} frames {_get_direction_word(away)} than requested' if away else ''}"
        )
    elif at:
        words += ": no cut was found near, so it begins as planned"
    return f"{words}; its last picture is held for {held_frames} frames" if held_frames > 0 else words


def _get_direction_word(away: int) -> str:
    return "later" if away > 0 else "sooner"
