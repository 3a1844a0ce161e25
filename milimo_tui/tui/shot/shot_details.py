"""Everything that the shot inspector shows, read in a thread: preflight, takes, suggestions.

Also which fields a person sets together, with their choices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from milimo_tui.engines.specs.video_specs import FOLLOWED
from milimo_tui.story.elements.circumstances import Circumstances, circumstances
from milimo_tui.story.shots.performances import Performances
from milimo_tui.story.values.shot_fields import SHOT_FIELDS, SWITCH, as_text, on_row
from milimo_tui.tui.fields.argument_field import engines, models
from milimo_tui.tui.fields.form_field import Choice
from milimo_tui.tui.shot.shot_state import Source, path_of, shown_by, shown_of

if TYPE_CHECKING:
    from milimo_tui.story.values.film import Story, Suggestion
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.studio.takes.preflight import Preflight
    from milimo_tui.studio.takes.shot_spec import ShotState

# What a row's key begins with, and then whose it is.
TAKE, FOLLOW, LORA, PART, SUGGESTION = "take:", "follow:", "lora:", "part:", "suggestion:"
CONTINUES = "continues"  # the key of its row
LAYER = "layer:"
WHERE_AND_WHEN = ("location", "part", "time_of_day", "weather")
WORDING = "wording:"  # of a part of the prompt

# Field of the inspector → the words it may have.
CHOICES: Mapping[str, tuple[str, ...]] = {
    **{name: field.words for name, field in SHOT_FIELDS.items() if field.words},
    "board": ("auto", "on", "off"),
    "lock": SWITCH,
    "continues_as": ("end", "closer", "under"),
    "control": FOLLOWED,
}
# Row → the arguments of shot.set that Enter asks for, one after the other.
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "size": on_row("size"),
    "function": on_row("function"),
    "seed": ("seed", "lock", *on_row("seed")),
    "steps": ("steps", "guidance", *on_row("steps")),
    "guidance_parts": (
        "stg",
        "modality",
        "rescale",
        "audio_guidance",
        "audio_stg",
        "audio_modality",
        "audio_rescale",
    ),
    "engine": ("engine", *on_row("engine")),
    "location": ("location", "part"),
    "where": WHERE_AND_WHEN,
}
# What a person says of a lock → the arguments of shot.set.
LOCKS: Mapping[str, Mapping[str, bool]] = {"on": {"lock": True}, "off": {"unlock": True}}


@dataclass(frozen=True)
class ShotDetails:
    """A shot as the inspector shows it. `estimate` is of one more take; `worded_by` says of parts of the
    prompt that were worded by hand whom for: the film, the scene or the shot.
    """

    story: Story
    state: ShotState
    preflight: Preflight
    files: Mapping[str, Source]  # row key → its picture
    shown: Source
    suggestions: tuple[Suggestion, ...] = ()
    faults: dict[str, str] = field(default_factory=dict)  # by suggestion: what it lacks by its guide
    estimate: str = ""
    worded_by: Mapping[str, str] = field(default_factory=dict)
    painter: str = ""  # what draws its board; empty: the panels
    engines: tuple[Choice, ...] = ()  # that make takes here, and the weights of its own
    models: tuple[Choice, ...] = ()
    measured: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of the picked take

    @cached_property
    def circumstances(self) -> Circumstances:
        """Where and when it plays."""
        return circumstances(self.story, self.state.scene, self.state.shot)


def read_shot(studio: Studio, story: Story, shot: str) -> ShotDetails | None:
    """Read everything about a shot; None when it is gone. Reads manifests of weights: for a thread."""
    from milimo_tui.engines.catalog.model_store import ModelStore
    from milimo_tui.studio.made_takes.measured import measured_of
    from milimo_tui.studio.takes import shot_spec, take_estimate
    from milimo_tui.studio.takes.meaning import reworded
    from milimo_tui.studio.takes.preflight import painter_of, preflight_of
    from milimo_tui.studio.writing import suggestions

    state = shot_spec.state_of(story, shot)
    if state is None:
        return None
    folder = str(studio.project().paths.root)
    assets = {asset.id: asset for asset in story.assets}
    performances = Performances(story)
    specs = shot_spec.Specs(story, root=studio.project().paths.root)
    preflight = preflight_of(studio, specs, state.shot)
    files = {
        TAKE + take.id: shown_of(story, folder, state.shot, take, assets[take.asset], performances)
        for take in state.takes
        if take.asset in assets
    }
    rate, store = float(story.project.rate), ModelStore(studio.home.models)
    for one in preflight.follows:
        if one.asset is not None:
            files[FOLLOW + (one.id or one.source)] = Source(
                path_of(folder, one.asset), (one.start + max(0, one.at or 0)) / rate
            )
    return ShotDetails(
        story=story,
        state=state,
        preflight=preflight,
        files=files,
        shown=shown_by(story, folder, state, assets, performances),
        suggestions=suggestions.open_of(story, shot),
        faults={
            one.id: "; ".join(suggestions.faults_of(story, state.shot, one))
            for one in suggestions.open_of(story, shot)
        },
        estimate=take_estimate.take_sentence(
            preflight, take_estimate.seconds_of(studio, specs, state, preflight)
        ),
        worded_by=reworded(story.project, state.scene, state.shot)[1],
        painter=painter_of(studio, preflight.spec.engine),
        engines=engines(store=store),
        models=models(preflight.spec.engine, store),
        measured=measured_of(studio, state),
    )


def values_of(details: ShotDetails) -> dict[str, Any]:
    """Return fields as a person types them, by argument of `shot.set`."""
    shot = details.state.shot
    parts = shot.guidance_parts
    return {
        "length": f"{shot.frames}f",
        "prompt": shot.prompt if shot.prompt is not None else details.preflight.prompt.text,
        "steps": or_auto(shot.steps),
        "guidance": or_auto(shot.guidance),
        "stg": or_auto(parts.spatiotemporal),
        "modality": or_auto(parts.modality),
        "rescale": or_auto(parts.rescale),
        "audio_guidance": or_auto(parts.audio_text),
        "audio_stg": or_auto(parts.audio_spatiotemporal),
        "audio_modality": or_auto(parts.audio_modality),
        "audio_rescale": or_auto(parts.audio_rescale),
        "lock": as_text(shot, "seed_locked"),
        "cast": ", ".join(shot.characters),
        "tags": ", ".join(shot.tags),
        "continues": details.story.numbers.get(shot.continues, ""),
        "continues_as": shot.continues_as.value or "end",
        **{name: as_text(shot, name) for name in SHOT_FIELDS},
    }


def or_auto(value: float | None) -> str:
    """Format a number; `auto` where the engine chooses it."""
    return "auto" if value is None else f"{value:g}"
