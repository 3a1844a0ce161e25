"""Make the room tone of a scene as a sound of its own, by rules and without a model. The file is marked."""

from __future__ import annotations

import numpy as np

from milimo_tui.core.errors import Unavailable
from milimo_tui.engines.animatic.drawing import DRAWING
from milimo_tui.engines.animatic.stage.ambience import ToneNoise, make_tone
from milimo_tui.engines.animatic.stage.staging import stage_shot
from milimo_tui.engines.contract.engine import Context, Output, Result
from milimo_tui.engines.contract.provenance import MEDIA_LIBRARIES, build_provenance_texts
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.engines.specs.spec_values import ShotFacts
from milimo_tui.media.encode.wav_file import write_wav_file
from milimo_tui.media.read.probe import probe
from milimo_tui.media.sound.loops import close_loop

ROOM_TONE_NOTE = "SCRATCH: a room tone made by rules, not a recording"
RATE = 48_000
FADE = 1.0  # seconds by which the end of a loop is faded into its beginning
_ASPECT = 1.5  # the shape of a picture does not change the tone of its place


def make_room_tones(spec: MakeSound, context: Context) -> Result:
    """Make the room tones of a spec. Each variation has other noise. Raises Unavailable for music and
    effects, which need a model.
    """
    if spec.role != "ambience":
        raise Unavailable(
            f"no engine here makes {spec.role}: the animatic makes only room tones",
            "milimo model list shows models; milimo sound library add FOLDER adds sounds",
        )
    staging = stage_shot(ShotFacts(**spec.place.model_dump()), _ASPECT, spec.seed)
    count = spec.count_samples(RATE)
    fade = round(FADE * RATE) if spec.loop else 0
    outputs: list[Output] = []
    for index in range(spec.variations):
        context.progress("making sound", index, spec.variations)
        air = ToneNoise(count + fade, RATE, np.random.default_rng(spec.seed + index))
        tone = make_tone(staging.place.tone, staging.air, air, inside=staging.inside)
        name = "sound" if not index else f"sound-{index + 1}"
        path = context.workspace / f"{name}.wav"
        texts = build_provenance_texts(
            spec, seed=spec.seed + index, version=str(DRAWING), previs=True, libraries=MEDIA_LIBRARIES
        )
        sound = np.clip(close_loop(tone, count, fade), -1.0, 1.0)
        write_wav_file(path, sound, RATE, {**texts, "comment": ROOM_TONE_NOTE})
        outputs.append(Output.of_file(name, path, {**probe(path).as_json(), "seed": spec.seed + index}))
    context.progress("making sound", spec.variations, spec.variations)
    return Result(outputs=tuple(outputs), notes=(ROOM_TONE_NOTE,))
