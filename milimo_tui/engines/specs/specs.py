"""Define the union of all specs as one pydantic type. The queue, the command line, provenance and remakes use
it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from milimo_tui.engines.specs.backup_specs import CheckBackups, CheckHome, MakeBackup
from milimo_tui.engines.specs.control_specs import CompareTake, FindSkeleton, MakeControl
from milimo_tui.engines.specs.file_specs import (
    FindSpeech,
    MakePeaks,
    MakeProxy,
    MakeThumbnails,
    PrintBoards,
    Probe,
    RenderFilm,
)
from milimo_tui.engines.specs.mask_specs import DrawMask, ExportMask, Segment, Track
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.engines.specs.sound_specs import MakeSpeech
from milimo_tui.engines.specs.text_specs import TellLength, Write
from milimo_tui.engines.specs.travel_specs import TravelFilm
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.engines.specs.weight_specs import CheckEngine, FetchModel, MakeTiny, PullModel, VerifyModel
from milimo_tui.engines.specs.word_specs import FindSpeakers, Transcribe

Spec = Annotated[
    MakeVideo
    | MakePicture
    | Inpaint
    | InpaintClip
    | Upscale
    | Segment
    | Track
    | DrawMask
    | ExportMask
    | MakeControl
    | FindSkeleton
    | CompareTake
    | MakeSound
    | MakeSpeech
    | Transcribe
    | FindSpeakers
    | Write
    | TellLength
    | FetchModel
    | VerifyModel
    | PullModel
    | MakeTiny
    | CheckEngine
    | TravelFilm
    | RenderFilm
    | PrintBoards
    | Probe
    | MakeThumbnails
    | FindSpeech
    | MakePeaks
    | MakeProxy
    | MakeBackup
    | CheckHome
    | CheckBackups,
    Field(discriminator="kind"),
]

SPEC: TypeAdapter[Spec] = TypeAdapter(Spec)
