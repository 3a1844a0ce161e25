"""The table of tiny checkpoints, with the name, family, role and builder of each.

This module contains only data, because the supervisor, the command line and screens read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.catalog.installed_weights import get_family_name

LORA_FILE = "lora.safetensors"


@dataclass(frozen=True, slots=True)
class TinyCheckpoint:
    """A row of the table of tiny checkpoints.

    `family`, `role`, `generation` and `control` have the same meaning as in the entries of the weights
    registry. `builder` is `module:function` in this package. `file` is the name of the weights file if the
    checkpoint is a single file; otherwise it is empty.
    """

    name: str
    what: str
    family: str
    role: str
    generation: str
    builder: str
    control: str = ""
    file: str = ""

    @property
    def id(self) -> str:
        """The id, which is also the name of the folder under `models/`."""
        return f"tiny-{self.name}"

    @property
    def title(self) -> str:
        """The title shown to users. It says that the model makes noise."""
        return f"{self.what}, tiny: makes noise"


def _build_ltx2_lora_row(name: str, what: str, role: str, builder: str, control: str = "") -> TinyCheckpoint:
    return TinyCheckpoint(f"ltx2-{name}", what, "ltx2", role, "2.0", f"loras:{builder}", control, LORA_FILE)


ROWS: tuple[TinyCheckpoint, ...] = (
    TinyCheckpoint("ltx2", "LTX-2.0", "ltx2", "model", "2.0", "ltx2:build_20"),
    TinyCheckpoint("ltx2-distilled", "LTX-2.0 distilled", "ltx2", "model", "2.0", "ltx2:build_20_distilled"),
    TinyCheckpoint("ltx23", "LTX-2.3", "ltx2", "model", "2.3", "ltx2:build_23"),
    TinyCheckpoint("ltx25", "LTX-2.5", "ltx2", "model", "2.5", "ltx2:build_25"),
    TinyCheckpoint("ltx25-distilled", "LTX-2.5 distilled", "ltx2", "model", "2.5", "ltx2:build_25_distilled"),
    TinyCheckpoint("ltx2-upsampler", "LTX-2.0 ×2", "ltx2", "upsampler", "2.0", "ltx2:space_upsampler"),
    TinyCheckpoint("ltx23-upsampler", "LTX-2.3 ×2", "ltx2", "upsampler", "2.3", "ltx2:later_space_upsampler"),
    TinyCheckpoint("ltx25-upsampler", "LTX-2.5 ×2", "ltx2", "upsampler", "2.5", "ltx2:later_space_upsampler"),
    TinyCheckpoint(
        "ltx2-temporal", "LTX-2 frames ×2", "ltx2", "temporal_upsampler", "", "ltx2:time_upsampler"
    ),
    _build_ltx2_lora_row("distilled-lora", "LTX-2.0 distilled LoRA", "distilled_lora", "distilled"),
    _build_ltx2_lora_row("camera-lora", "LTX-2.0 camera LoRA", "camera_lora", "camera"),
    _build_ltx2_lora_row("camera-dolly-in", "LTX-2.0 camera LoRA, dolly in", "camera_lora", "camera"),
    _build_ltx2_lora_row("style-lora", "LTX-2.0 style LoRA", "lora", "style"),
    _build_ltx2_lora_row("ic-depth", "LTX-2.0 depth control", "ic_lora", "control", "depth"),
    _build_ltx2_lora_row("ic-canny", "LTX-2.0 edge control", "ic_lora", "control", "canny"),
    _build_ltx2_lora_row("ic-pose", "LTX-2.0 pose control", "ic_lora", "control", "pose"),
    _build_ltx2_lora_row("ic-detail", "LTX-2.0 detail control", "ic_lora", "control", "detail"),
    _build_ltx2_lora_row("ic-motion", "LTX-2.0 motion control", "ic_lora", "control_half", "motion"),
    TinyCheckpoint(
        "ltx23-style-lora", "LTX-2.3 style LoRA", "ltx2", "lora", "2.3", "loras:style_23", file=LORA_FILE
    ),
    TinyCheckpoint(
        "ltx23-ic-deblur",
        "LTX-2.3 deblur control",
        "ltx2",
        "ic_lora",
        "2.3",
        "loras:style_23",
        "deblur",
        file=LORA_FILE,
    ),
    TinyCheckpoint(
        "ltx23-dubit", "LTX-2.3 lip sync", "ltx2", "ic_lora", "2.3", "loras:style_23", "dub", file=LORA_FILE
    ),
    TinyCheckpoint(
        "ltx23-id-lora", "LTX-2.3 voices", "ltx2", "ic_lora", "2.3", "loras:style_23", "voice", file=LORA_FILE
    ),
    TinyCheckpoint(
        "ltx23-subjects",
        "LTX-2.3 subjects",
        "ltx2",
        "ic_lora",
        "2.3",
        "loras:subjects_23",
        "subjects",
        file=LORA_FILE,
    ),
    TinyCheckpoint(
        "ltx25-subjects",
        "LTX-2.5 subjects",
        "ltx2",
        "ic_lora",
        "2.5",
        "loras:subjects_25",
        "subjects",
        file=LORA_FILE,
    ),
    TinyCheckpoint(
        "ltx25-detailing",
        "LTX-2.5 detailing LoRA",
        "ltx2",
        "detailing_lora",
        "2.5",
        "loras:detailing",
        file=LORA_FILE,
    ),
    TinyCheckpoint("flux2-klein", "FLUX.2 klein", "flux2", "model", "", "flux2:build_distilled"),
    TinyCheckpoint("flux2-klein-base", "FLUX.2 klein base", "flux2", "model", "", "flux2:build_base"),
    TinyCheckpoint("flux2-klein-kv", "FLUX.2 klein KV", "flux2", "model", "klein-kv", "flux2:build_keeping"),
    TinyCheckpoint("flux2-dev", "FLUX.2 dev", "flux2", "model", "dev", "flux2:build_dev"),
    TinyCheckpoint("flux2-lora", "FLUX.2 style LoRA", "flux2", "lora", "", "loras:flux2", file=LORA_FILE),
    TinyCheckpoint("z-image-turbo", "Z-Image Turbo", "z-image", "model", "turbo", "z_image:build_turbo"),
    TinyCheckpoint("z-image", "Z-Image", "z-image", "model", "full", "z_image:build_full"),
    TinyCheckpoint("qwen-image", "Qwen-Image", "qwen-image", "model", "", "qwen_image:build"),
    TinyCheckpoint(
        "qwen-image-edit", "Qwen-Image-Edit", "qwen-image", "model", "edit", "qwen_image:build_edit"
    ),
    TinyCheckpoint("wan-ti2v", "Wan 2.2 TI2V", "wan", "model", "ti2v-5b", "wan:build_small"),
    TinyCheckpoint("wan-t2v", "Wan 2.2 T2V pair", "wan", "model", "t2v-a14b", "wan:build_words"),
    TinyCheckpoint("wan-i2v", "Wan 2.2 I2V pair", "wan", "model", "i2v-a14b", "wan:build_picture"),
    TinyCheckpoint("wan-lora", "Wan 2.2 style LoRA", "wan", "lora", "ti2v-5b", "loras:wan", file=LORA_FILE),
    TinyCheckpoint("sam3", "SAM 3", "sam3", "model", "", "sam3:build"),
    TinyCheckpoint("vits", "VITS", "speech", "model", "vits", "speech:build_vits"),
    TinyCheckpoint("pocket-tts", "Pocket TTS", "speech", "model", "pocket_tts", "speech:build_pocket_tts"),
    TinyCheckpoint(
        "pocket-tts-codec", "Pocket TTS codec", "speech", "codec", "pocket_tts", "speech:build_pocket_codec"
    ),
    TinyCheckpoint("dia", "Dia", "speech-large", "model", "dia", "large_speech:build_dia"),
    TinyCheckpoint("dia-codec", "Dia codec", "speech-large", "codec", "dia", "large_speech:build_dia_codec"),
    TinyCheckpoint("csm", "CSM", "speech-large", "model", "csm", "large_speech:build_csm"),
    TinyCheckpoint(
        "vibevoice", "VibeVoice", "speech-large", "model", "vibevoice", "large_speech:build_vibevoice"
    ),
    TinyCheckpoint(
        "higgs-audio", "Higgs Audio 2", "speech-large", "model", "higgs_audio_v2", "large_speech:build_higgs"
    ),
    TinyCheckpoint(
        "higgs-audio-codec",
        "Higgs Audio 2 codec",
        "speech-large",
        "codec",
        "higgs_audio_v2",
        "large_speech:build_higgs_codec",
    ),
    TinyCheckpoint("likeness", "DINOv2", "controls", "likeness", "", "controls:build_likeness"),
    TinyCheckpoint("depth", "Depth Anything", "controls", "depth", "", "controls:build_depth"),
    TinyCheckpoint("pose", "ViTPose", "controls", "pose", "", "controls:build_pose"),
    TinyCheckpoint("persons", "RT-DETR", "controls", "persons", "", "controls:build_persons"),
    TinyCheckpoint("whisper", "Whisper", "transcription", "model", "whisper", "whisper:build"),
    *(
        TinyCheckpoint(name, what, "transcription", "model", kind, f"transcription:build_{kind}")
        for name, what, kind in (
            ("parakeet-ctc", "Parakeet CTC", "parakeet_ctc"),
            ("parakeet-tdt", "Parakeet TDT", "parakeet_tdt"),
            ("qwen3-asr", "Qwen3-ASR", "qwen3_asr"),
            ("moonshine", "Moonshine", "moonshine"),
        )
    ),
    TinyCheckpoint(
        "diarization",
        "Nemotron 3 Diarization",
        "diarization",
        "model",
        "nemotron3_diarization",
        "transcription:build_diarization",
    ),
    TinyCheckpoint("gemma3", "Gemma 3", "local", "model", "", "gemma:build"),
    TinyCheckpoint("gemma4", "Gemma 4", "local", "model", "4", "gemma:build_fourth"),
    TinyCheckpoint("stable-audio", "Stable Audio 3", "stable-audio", "model", "", "music:build_stable_audio"),
    TinyCheckpoint("ace-step", "ACE-Step 1.5", "ace-step", "model", "", "music:build_ace_step"),
    TinyCheckpoint("longcat-audio", "LongCat-AudioDiT", "longcat-audio", "model", "", "music:build_longcat"),
)
FAMILIES: dict[str, TinyCheckpoint] = {row.name: row for row in ROWS}


def select_tiny_checkpoints(word: str) -> tuple[TinyCheckpoint, ...]:
    """Return the checkpoints that `milimo model tiny WORD` builds. The caller selects the first model of each
    family for use.

    An empty word means all checkpoints. The name of a model family (`ltx2`, `flux2`, `z-image`) means all its
    checkpoints. Any other word is the name of a single checkpoint. Raises NotFound.
    """
    found = tuple(row for row in ROWS if get_family_name(word) in ("", row.family))
    if not found and word in FAMILIES:
        found = (FAMILIES[word],)
    if not found:
        families = ", ".join(dict.fromkeys(row.family for row in ROWS))
        raise NotFound(
            f"there is no tiny checkpoint of “{word}”",
            f"families: {families}; single checkpoints: {', '.join(FAMILIES)}",
        )
    return found
