"""The generations of LTX-2 as one table: model classes, flags, schedules, rates, abilities and limits.

The module also compares the configurations of weights with the table. It reads no tensors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core.errors import Damaged, Refused
from milimo_tui.core.format import add_indefinite_article
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.catalog.rows import ltx2_changes
from milimo_tui.engines.contract.fitting import Limits, round_frames_up

# The origin of a row's values. `ran`: the real model classes were run here with tiny weights. `read`: the
# values were read in Lightricks' or diffusers' code. `guessed`: neither.
Evidence = Literal["ran", "read", "guessed"]

SPACE, TIME = 32, 8  # size of a latent: pixels per side, and frames
# Number of prompt tokens that the model reads; shorter prompts are padded to it. It must be a multiple of the
# number of registers in the connectors.
TOKENS = 1024
SECONDS = 20  # maximum seconds of one pass: the length of the model's time scale for picture and sound
# Maximum seconds of one pass, by the number of pixels of a frame. The values are those of Lightricks' own app
# (LTX-Desktop, 540p, 720p and 1080p). The last row also applies to larger pictures.
OFFERED = ((960 * 544, SECONDS), (1280 * 736, 10), (1920 * 1088, 5))
# Frames of a chunk by Lightricks' default. Used for chunks that have their own prompts, and when memory is
# too small for longer chunks.
CHUNK = 121
OVERLAP = 25  # number of frames that a chunk shares with the chunk before it: 1 + 3 * 8
FILM = 1441  # maximum frames of a take of several chunks: 60 s at 24 frames per second

# The default negative prompt of a full schedule, copied unchanged from Lightricks (ltx-pipelines,
# `utils/constants.py`, August 2026). The copy in diffusers lacks the first five terms.
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
    """A generation of LTX-2, with the values that the configurations of its checkpoints must contain.

    - `classes` are the model classes by component, for components whose file names a class.
    - `config` maps component and key to the required value.
    - `sound_rate` is the sample rate of the sound in Hz.
    - `evidence` and `source` say how certain the row is and where it comes from. The full weights of no row
      have been run here.
    - `stg_block` is the block that spatio-temporal guidance perturbs.
    - `image_crf` is the strength with which a single picture is compressed before the take follows it, as in
      training.
    - `ancestral` is the stochastic share in the first pass of the distilled schedule; 0 means none.
    - `negative` is the default negative prompt.
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
    # True if the model can generate key frames together with a take, which DFR needs
    paints_keyframes: bool = False
    negative: str = NEGATIVE
    # Kinds of control that the generation does not support, each with the nearest alternative.
    lacks: Mapping[str, str] = field(default_factory=dict)


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
        source=f"{_RAN}; steps, block and guidance are Lightricks' own (ltx-pipelines)",
        classes={**_CLASSES, "vocoder": "LTX2Vocoder"},
        config={"transformer": {"gated_attn": False, "cross_attn_mod": False}},
        cross_timestep=False,
        stg_block=29,
        steps=40,
        sound_rate=24000,
        image_crf=33,
        lacks={
            "motion": "a motion track needs a model of generation 2.3; a pose control is the nearest here",
            **ltx2_changes.list_unavailable_kinds("2.0"),
        },
    ),
    Generation(
        id="2.3",
        title="LTX-2.3",
        evidence="ran",
        source=f"{_RAN}; steps and block are Lightricks' own (ltx-pipelines)",
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
            **ltx2_changes.list_unavailable_kinds("2.3"),
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
            "on the shot by the user (milimo shot lora add) is used, unproved",
        ),
    ),
)


def find_generation(id: str) -> Generation:
    """Return the generation with this id. Raises Refused that lists the known generations."""
    for row in GENERATIONS:
        if row.id == id:
            return row
    raise Refused(f"there is no generation {id} of LTX-2", f"known: {', '.join(r.id for r in GENERATIONS)}")


def count_longest_pass_frames(rate: Fraction, seconds: int = SECONDS) -> int:
    """Return the number of frames of the longest take that the model can make in one pass at a frame rate. It
    is enough for `seconds` complete seconds, rounded up to 8k + 1. For example, 20 seconds at 25 frames per
    second are 500 frames, and the model makes 505. A shot of `seconds` seconds therefore fits into one pass
    at any rate.
    """
    return round_frames_up(math.ceil(seconds * rate), TIME)


def get_longest_pass_seconds(width: int, height: int) -> int:
    """Return the maximum duration, in seconds, of a take that is made in one pass at this picture size."""
    return next((seconds for pixels, seconds in OFFERED if width * height <= pixels), OFFERED[-1][1])


def limits(row: Generation, *, stages: str = "auto", downscale: int = 1) -> Limits:
    """Return the limits for the frame sizes, lengths and rates that the generation can make.

    The sides of a frame are multiples of 32 pixels if the take is made in one stage, and of 64 in two stages,
    because the second stage doubles the sides. If a control needs a reference that is `downscale` times
    smaller than the take, the number 32 or 64 is multiplied by `downscale`.
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


def detect_generation(folder: Path) -> Generation:
    """Return the generation whose required values all match the configurations of the weights in a folder.

    Raises Refused if no generation matches, because weights are not loaded on a guess; Damaged, ReadOnly.
    """
    for row in reversed(GENERATIONS):
        if not find_config_mismatches(row, folder):
            return row
    near = min(GENERATIONS, key=lambda row: len(find_config_mismatches(row, folder)))
    raise Refused(
        f"the weights in {folder.name} do not belong to a known generation of LTX-2: "
        f"{find_config_mismatches(near, folder)[0]}",
        "milimo model list --family ltx2 shows those that can be used",
    )


def require_generation_match(row: Generation, folder: Path) -> None:
    """Raise Refused if the configurations of the weights differ from the values that the generation
    requires.
    """
    if odd := find_config_mismatches(row, folder):
        raise Refused(
            f"the weights in {folder.name} are not {row.title}: {odd[0]}",
            "milimo model verify checks them; milimo model list shows others",
        )


def find_config_mismatches(row: Generation, folder: Path) -> list[str]:
    """Return a sentence for each difference between the configurations of the weights and the values that the
    generation requires.
    """
    found = []
    for component, key, value in _list_expected_values(row):
        config = read_component_config(folder, component)
        if config.get(key, _ABSENT.get(key)) != value:
            found.append(f"{component} has {key} = {config.get(key)}, but {row.title} has {value}")
    for component, wanted in row.classes.items():
        named = get_config_class(read_component_config(folder, component))
        if named not in ("", wanted):
            found.append(
                f"{component} is {add_indefinite_article(named)},"
                f" and {row.title} has {add_indefinite_article(wanted)}"
            )
    return found


def _list_expected_values(row: Generation) -> list[tuple[str, str, Any]]:
    """Return all values that configurations of the generation must contain, as (component, key, value)."""
    flags = [(component, key, value) for component, of in row.config.items() for key, value in of.items()]
    return [*flags, ("vocoder", "output_sampling_rate", row.sound_rate)]


def get_config_class(config: Mapping[str, Any]) -> str:
    """Return the model class that a configuration of diffusers or transformers names. Empty if it names
    none.
    """
    return str(config.get("_class_name") or next(iter(config.get("architectures") or ()), ""))


# Values that are assumed for keys that a configuration lacks because it was written before the keys were
# introduced
_ABSENT: dict[str, Any] = {"gated_attn": False, "cross_attn_mod": False, "use_prompt_embeddings": True}


def read_component_config(folder: Path, component: str) -> dict[str, Any]:
    """Read the configuration of a component in a folder. Empty if there is none. Raises Damaged."""
    names = ("scheduler_config.json",) if component == "scheduler" else ("config.json",)
    for name in names:
        path = folder / component / name
        try:
            value = parse_untrusted_json(path.read_text())
        except FileNotFoundError:
            continue
        except OSError as error:
            raise explain_os_error(error, path, "read") from error
        except ValueError as error:
            raise Damaged(
                f"{path} is not readable", "milimo model verify: check it, then download it again"
            ) from error
        return dict(value) if isinstance(value, dict) else {}
    return {}


# Catalog ids of weights whose transformer is distilled. For 2.5 the id is needed: in Lightricks' folder the
# `transformer` is the distilled one, but the scheduler is that of the full schedule.
DISTILLED_ROWS = frozenset(
    {"ltx-2-distilled", "ltx-2-distilled-file", "ltx-2.3-distilled", "ltx-2.3-distilled-1.1", "ltx-2.5"}
)


def has_distilled_scheduler(folder: Path) -> bool:
    """Return True if the folder's scheduler belongs to distilled weights. Such a scheduler neither shifts nor
    stretches the noise levels.
    """
    config = read_component_config(folder, "scheduler")
    return bool(config) and not config.get("use_dynamic_shifting") and config.get("shift_terminal") is None
