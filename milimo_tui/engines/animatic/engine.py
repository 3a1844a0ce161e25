"""The animatic engine. It draws a take or a board from a shot's facts on the CPU and marks the picture as
previs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.engines.animatic.drawing import DRAWING
from milimo_tui.engines.animatic.picture.lettering import MARK
from milimo_tui.engines.animatic.picture.reel import Reel, board
from milimo_tui.engines.animatic.stage.room_tone import make_room_tones
from milimo_tui.engines.animatic.stage.scratch_sound import (
    ScratchTrack,
    find_shot_voice,
    score_shot,
    time_lines,
)
from milimo_tui.engines.animatic.stage.staging import StagedShot, stage_shot
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.contract.still_files import save_png_picture
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.specs import Spec
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.speech import speech_program
from milimo_tui.media.encode.revoiced_take import replace_take_sound
from milimo_tui.media.encode.take_file import TakeWriter
from milimo_tui.media.picture.glimpse import encode_glimpse
from milimo_tui.media.read.probe import probe

VERSION = str(DRAWING)
# Fields of a spec that only models use; the engine ignores them
UNSEEN = ("conditioning", "control", "references")
NOTE = "PREVIS: a drawn animatic, not a model's work"
VOICE_NOTE = "VOICE: a scratch voice over pictures made before"
NO_VOICE = "no speaking program was found: lines are hummed (sudo apt install espeak-ng)"
THREADS = 2
AHEAD = 3  # number of batches of frames that are drawn before they are written


class Animatic:
    """The engine that draws an animatic of any shot. If `espeak-ng` is installed, the shot's lines are
    spoken.

    The engine needs no checkpoints, because drawing a take is faster than playing it.
    """

    name = "animatic"

    def load(self) -> None:
        """Do nothing: the animatic has no model."""

    def unload(self) -> None:
        """Do nothing: the animatic has no model."""

    def run(self, spec: Spec, context: Context) -> Result:
        """Draw a take (`make_video`) or a board (`make_picture`) into the workspace."""
        if isinstance(spec, MakeVideo):
            return self._make_take(spec, context)
        if isinstance(spec, MakePicture):
            return self._make_board(spec, context)
        if isinstance(spec, MakeSound):
            return make_room_tones(spec, context)
        raise BadInput(f"the animatic engine can't do “{spec.kind}”", "it makes takes, boards and room tones")

    def _make_take(self, spec: MakeVideo, context: Context) -> Result:
        if spec.over is not None:
            return self._add_voice(spec, Path(str(spec.over.input)), context)
        count = spec.all_frames
        context.progress("drawing", 0, count, frames=(0, count))
        staging = stage_shot(spec.facts, spec.width / spec.height, spec.seed)
        speech = speech_program.find_program(speech_program.read_setting())
        seconds = float(spec.frames / spec.rate)
        timing = time_lines(spec.facts.lines, seconds)
        track = _score_take(staging, spec, speech if timing else "")
        reel = Reel(
            staging,
            width=spec.width,
            height=spec.height,
            frames=spec.frames,
            rate=spec.rate,
            head=spec.head,
            tail=spec.tail,
            track=track,
            timing=timing,
            sample_rate=spec.sample_rate,
        )
        path = context.workspace / "take.mov"
        with TakeWriter(
            path,
            width=spec.width,
            height=spec.height,
            rate=spec.rate,
            frames=count,
            sample_rate=spec.sample_rate,
            metadata=describe_file(spec),
        ) as writer:
            writer.sound(track.mix)
            for done, frame in enumerate(_yield_drawn_frames(reel), start=1):
                writer.frame(frame)
                context.preview(partial(encode_glimpse, frame))
                context.progress("drawing", done, count, frames=(done, count))
        silent = timing and not speech and speech_program.read_setting().strip()
        notes = (NO_VOICE,) if silent else _note_unknown_voices(spec, speech)
        return Result(
            outputs=(describe_output("take", path),),
            notes=(*notes, *_note_neutral_set(staging)),
            facts=_list_facts(staging),
        )

    def _add_voice(self, spec: MakeVideo, taken: Path, context: Context) -> Result:
        """Write a new take with the pictures of the file `taken` and with the shot's provisional sound: room
        tone and spoken lines. Return the job's result.
        """
        context.progress("speaking", 0, 1)
        staging = stage_shot(spec.facts, spec.width / spec.height, spec.seed)
        speech = speech_program.find_program(speech_program.read_setting())
        track = _score_take(staging, spec, speech)
        path = context.workspace / "take.mov"
        tags = build_provenance_texts(spec, version=VERSION, libraries=MEDIA_LIBRARIES)
        metadata = {**tags, "comment": VOICE_NOTE}
        replace_take_sound(taken, path, track.mix, sample_rate=spec.sample_rate, metadata=metadata)
        context.progress("speaking", 1, 1)
        notes = _note_unknown_voices(spec, speech) if speech else (NO_VOICE,)
        return Result(outputs=(describe_output("take", path),), notes=notes)

    def _make_board(self, spec: MakePicture, context: Context) -> Result:
        context.progress("drawing", 0, 1)
        staging = stage_shot(spec.facts, spec.width / spec.height, spec.seed)
        picture = board(staging, spec.width, spec.height)
        path = context.workspace / "board.png"
        save_png_picture(picture, path, describe_file(spec))
        context.progress("drawing", 1, 1)
        notes = _note_neutral_set(staging)
        return Result(outputs=(describe_output("board", path),), notes=notes, facts=_list_facts(staging))


def _list_facts(staging: StagedShot) -> dict[str, object]:
    """Return the facts about a drawing that are stored with the job's result. `previs` marks the picture as
    drawn, not generated. `neutral` names a place or prop for which the animatic has no drawing; it is left
    out if there is none.
    """
    return {"previs": True, **({"neutral": staging.unknown} if staging.unknown else {})}


def _note_neutral_set(staging: StagedShot) -> tuple[str, ...]:
    if not staging.unknown:
        return ()
    what = "thing is under a cloth" if staging.thing else "set is neutral"
    return (f"the animatic can't draw “{staging.unknown}”: the {what}, with its words",)


def _score_take(staging: StagedShot, spec: MakeVideo, speech: str) -> ScratchTrack:
    """Return the provisional sound of a take: room tone and spoken lines. The sound also covers the take's
    handles.
    """
    return score_shot(
        staging, spec.frames, spec.rate, spec.sample_rate, speech, head=spec.head, tail=spec.tail
    )


def _note_unknown_voices(spec: MakeVideo, speech: str) -> tuple[str, ...]:
    """Return a sentence for each requested voice that the speech program does not have, and for a missing
    language.
    """
    wanted = dict.fromkeys(line.voice for line in spec.facts.lines if line.voice and line.text.strip())
    missing = [
        f"there is no voice “{voice}” here: one that suits the character speaks"
        for voice in wanted
        if speech and not speech_program.has_voice(speech, voice)
    ]
    if not find_shot_voice(speech, spec.facts.language):
        missing.append(f"there is no voice for the language “{spec.facts.language}”: English is used")
    return tuple(missing)


def describe_file(spec: MakeVideo | MakePicture) -> dict[str, str]:
    """Return the file's metadata, which depends only on the spec. A remake therefore gives an identical
    file.
    """
    unseen = {name: () for name in UNSEEN if name in type(spec).model_fields}
    drawn = spec.model_copy(update=unseen)
    tags = build_provenance_texts(drawn, version=VERSION, previs=True, libraries=MEDIA_LIBRARIES)
    return {**tags, "comment": NOTE, "milimo_previs": MARK}


def _yield_drawn_frames(reel: Reel) -> Iterator[Any]:
    """Yield the frames of a reel in order. Two threads draw frames ahead of the writer."""
    waiting: deque[Future[list[Any]]] = deque()
    step = 4 * reel.hold
    with ThreadPoolExecutor(THREADS, thread_name_prefix="animatic") as pool:
        try:
            for first in range(0, reel.frames, step):
                waiting.append(pool.submit(reel.draw_videos, first, min(reel.frames, first + step)))
                if len(waiting) > AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def describe_output(role: str, path: Path) -> Output:
    """Return the description of a finished file for the job's result. `role` says what the file is for, such
    as `take` or `board`. Properties such as size and length are read from the file itself.
    """
    return Output.of_file(role, path, probe(path).as_json())
