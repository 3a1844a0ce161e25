"""The generations of LTX-2 as one table: classes, flags, schedules, rates, what each can and cannot do.

Data and the check of weights against it by their own configurations; no weights are read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import Damaged, Refused
from milimo_tui.core.host import explain
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.catalog.rows import ltx2_changes
from milimo_tui.engines.contract.fitting import Limits, frames_up

# ran here, with tiny weights of the makers' own classes · read in the makers' or diffusers' code · neither
Evidence = Literal["ran", "read", "guessed"]

SPACE, TIME = 32, 8  # pixels and frames of a latent
TOKENS = 1024  # of a prompt that are read: it is padded to them; a multiple of the connectors' registers
SECONDS = 20  # the model's scale of time, of picture and sound: the most of one go
# Seconds of one go by its pixels, as the makers' own app offers them (LTX-Desktop, 540p, 720p and 1080p); the
# last holds for larger ones too.
OFFERED = ((960 * 544, SECONDS), (1280 * 736, 10), (1920 * 1088, 5))
CHUNK = 121  # frames of one go (makers' default): of parts that are told one by one, and for want of memory
OVERLAP = 25  # frames that a chunk is handed over from the one before: 1 + 3 * 8
FILM = 1441  # frames of a chain: 60 s at 24

# What a full schedule is guided away from where a person says nothing: the makers' default, word for word
# (ltx-pipelines, `utils/constants.py`, August 2026; the copy in diffusers lacks the first five terms).
NEGATIVE = (
    "has_subtitles, has_blurbox, transition from black, transition to black, speech_ending_short, blurry, "
    "out of focus, overexposed, underexposed, low contrast, washed out colors, excessive noise, grainy "
    "texture, poor lighting, flickering, motion blur, distorted proportions, unnatural skin tones, "
    "deformed facial features, asymmetrical face, missing facial features, extra limbs, disfigured hands, "
    "wrong hand count, artifacts around text, inconsistent perspective, camera shake, incorrect depth of "
    "field, background too sharp, background clutter, distracting reflections, harsh shadows, "
    "inconsistent lighting direction, color banding, cartoonish rendering, 3D CGI look, unrealistic "
    "materials, uncanny valley effect, incorrect ethnicity, wrong gender, exaggerated expressions, wrong "
    "gaze direction, mismatched lip sync, silent or muted audio, distorted voice, robotic voice, echo, "
    "background noise, off-sync audio, incorrect dialogue, added dialogue, repetitive speech, jittery "
    "movement, awkward pauses, incorrect timing, unnatural transitions, inconsistent framing, tilted "
    "camera, flat lighting, inconsistent tone, cinematic oversaturation, stylized filters, or AI "
    "artifacts."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """What a checkpoint's own files must say: its `classes` by component, where it names one, in `config`
    component → key → value, and the rate of its sound.

    `evidence` is how sure the row is and `source` of what; no row's full weights have been run here.
    `stg_block` is where spatio-temporal guidance perturbs; `image_crf` how strongly a single picture is
    compressed before it is followed, as in training; `ancestral` is the stochastic share of the distilled
    schedule's first pass (0: none); `negative` is what it is guided away from where nobody says otherwise.
    """

    id: str
    title: str
    evidence: Evidence
    source: str
    classes: Mapping[str, str]
    config: Mapping[str, Mapping[str, Any]]
    cross_timestep: bool
    stg_block: int
    steps: int
    sound_rate: int
    image_crf: int
    ancestral: float = 0.0
    paints_keyframes: bool = False  # beside a take, as DFR wants them
    negative: str = NEGATIVE
    lacks: Mapping[str, str] = field(default_factory=dict)  # what it can't, and the nearest thing that can


_CLASSES = {
    "text_encoder": "Gemma3ForConditionalGeneration",
    "connectors": "LTX2TextConnectors",
    "transformer": "LTX2VideoTransformer3DModel",
    "vae": "AutoencoderKLLTX2Video",
    "audio_vae": "AutoencoderKLLTX2Audio",
    "vocoder": "LTX2VocoderWithBWE",
}
_RAN = "tiny weights of its classes run every way in the tests; its flags are those of diffusers' converter"

GENERATIONS: tuple[Generation, ...] = (
    Generation(
        id="2.0",
        title="LTX-2",
        evidence="ran",
        source=f"{_RAN}; steps, block and guidance are the makers' own (ltx-pipelines)",
        classes={**_CLASSES, "vocoder": "LTX2Vocoder"},
        config={"transformer": {"gated_attn": False, "cross_attn_mod": False}},
        cross_timestep=False,
        stg_block=29,
        steps=40,
        sound_rate=24000,
        image_crf=33,
        lacks={
            "motion": "a motion track needs a model of generation 2.3; a pose control is the nearest here",
            **ltx2_changes.lacking("2.0"),
        },
    ),
    Generation(
        id="2.3",
        title="LTX-2.3",
        evidence="ran",
        source=f"{_RAN}; steps and block are the makers' own (ltx-pipelines)",
        classes=_CLASSES,
        config={
            "transformer": {"gated_attn": True, "cross_attn_mod": True, "use_prompt_embeddings": False},
            "connectors": {"per_modality_projections": True},
            "text_encoder": {"model_type": "gemma3"},
        },
        cross_timestep=True,
        stg_block=28,
        steps=30,
        sound_rate=48000,
        image_crf=33,
        lacks={
            "detail": "a detailer exists for generation 2.0; two stages sharpen a take of this one",
            **ltx2_changes.lacking("2.3"),
        },
    ),
    Generation(
        id="2.5",
        title="LTX-2.5",
        evidence="ran",
        source=f"{_RAN}; its stochastic first pass and the compression of pictures were read there alone",
        classes={
            **_CLASSES,
            "text_encoder": "Gemma4UnifiedForConditionalGeneration",
            "diffusion_decoder": "LTX2VideoDiffusionDecoderModel",
        },
        config={
            "transformer": {"gated_attn": True, "cross_attn_mod": True, "use_prompt_embeddings": False},
            "text_encoder": {"model_type": "gemma4_unified"},
        },
        cross_timestep=True,
        stg_block=28,
        steps=30,
        sound_rate=48000,
        image_crf=18,
        ancestral=1.0,
        paints_keyframes=True,
        lacks=dict.fromkeys(
            ("depth", "canny", "pose", "detail", "motion"),
            "control LoRAs are made for 2.3 (milimo model setup ltx2 --model ltx-2.3-distilled); one put "
            "on the shot by hand (milimo shot lora add) is worn, unproved",
        ),
    ),
)


def generation(id: str) -> Generation:
    """The row of that id. Raises Refused with the rows there are."""
    for row in GENERATIONS:
        if row.id == id:
            return row
    raise Refused(f"there is no generation {id} of LTX-2", f"known: {', '.join(r.id for r in GENERATIONS)}")


def longest(rate: Fraction, seconds: int = SECONDS) -> int:
    """Frames of the longest go at that rate: as many as hold so many seconds whole, up to seven more. At 25
    frames a second 20 seconds are 500, and the model makes 505; a shot of that length is one go at any rate.
    """
    return frames_up(math.ceil(seconds * rate), TIME)


def seconds_at(width: int, height: int) -> int:
    """Seconds of the longest go of that raster."""
    return next((seconds for pixels, seconds in OFFERED if width * height <= pixels), OFFERED[-1][1])


def limits(row: Generation, *, stages: str = "auto", downscale: int = 1) -> Limits:
    """What the generation makes. A second stage doubles the sides, so they come in steps of 64; a control
    whose reference is `downscale` times smaller wants them in steps of as much more.
    """
    return Limits(
        title=row.title,
        multiple=SPACE * downscale * (1 if stages == "one" else 2),
        step=TIME,
        least_side=64,
        most_side=4096,
        most_pixels=3840 * 2176,
        most_frames=FILM,
        least_rate=Fraction(8),
        most_rate=Fraction(60),
    )


def detect(folder: Path) -> Generation:
    """The generation whose every expectation the weights' own configurations meet.

    Raises Refused when none agrees: such weights are not loaded on a guess. Damaged, ReadOnly.
    """
    for row in reversed(GENERATIONS):
        if not disagreements(row, folder):
            return row
    near = min(GENERATIONS, key=lambda row: len(disagreements(row, folder)))
    raise Refused(
        f"the weights in {folder.name} are of no known generation of LTX-2: {disagreements(near, folder)[0]}",
        "milimo model list --family ltx2 shows those that can be used",
    )


def agree(row: Generation, folder: Path) -> None:
    """Raises Refused when the weights say of themselves what the row does not expect."""
    if odd := disagreements(row, folder):
        raise Refused(
            f"the weights in {folder.name} are not {row.title}: {odd[0]}",
            "milimo model verify tells if they are whole; milimo model list shows others",
        )


def disagreements(row: Generation, folder: Path) -> list[str]:
    """Where the weights' own configurations differ from the row, as sentences."""
    found = []
    for component, key, value in _expected(row):
        config = config_of(folder, component)
        if config.get(key, _ABSENT.get(key)) != value:
            found.append(f"{component} says {key} = {config.get(key)}, and {row.title} has {value}")
    for component, wanted in row.classes.items():
        named = class_of(config_of(folder, component))
        if named not in ("", wanted):
            found.append(f"{component} is a {named}, and {row.title} has a {wanted}")
    return found


def _expected(row: Generation) -> list[tuple[str, str, Any]]:
    """Component, key and value of all that a configuration has to say."""
    flags = [(component, key, value) for component, of in row.config.items() for key, value in of.items()]
    return [*flags, ("vocoder", "output_sampling_rate", row.sound_rate)]


def class_of(config: Mapping[str, Any]) -> str:
    """The class that a configuration names, of diffusers or transformers; empty where it names none."""
    return str(config.get("_class_name") or next(iter(config.get("architectures") or ()), ""))


# What a configuration of before there was such a key means by leaving it out.
_ABSENT: dict[str, Any] = {"gated_attn": False, "cross_attn_mod": False, "use_prompt_embeddings": True}


def config_of(folder: Path, component: str) -> dict[str, Any]:
    """A component's own configuration; empty where it has none. Raises Damaged."""
    names = ("scheduler_config.json",) if component == "scheduler" else ("config.json",)
    for name in names:
        path = folder / component / name
        try:
            value = read_json(path.read_text())
        except FileNotFoundError:
            continue
        except OSError as error:
            raise explain(error, path, "read") from error
        except ValueError as error:
            raise Damaged(f"{path} is not readable", "milimo model verify, then download it again") from error
        return dict(value) if isinstance(value, dict) else {}
    return {}


# Rows of the catalog whose transformer is distilled. The makers' folder of 2.5 has that one as its
# `transformer`, beside a scheduler of the full schedule.
DISTILLED_ROWS = frozenset(
    {"ltx-2-distilled", "ltx-2-distilled-file", "ltx-2.3-distilled", "ltx-2.3-distilled-1.1", "ltx-2.5"}
)


def is_distilled(folder: Path) -> bool:
    """Whether a folder's own scheduler is that of distilled weights: it neither shifts nor stretches."""
    config = config_of(folder, "scheduler")
    return bool(config) and not config.get("use_dynamic_shifting") and config.get("shift_terminal") is None
