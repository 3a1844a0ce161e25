"""A small sample film, and Hypothesis strategies for unusual values that the store must preserve."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.cut.values.captions import CaptionTrack, CutCaption
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, Track, TrackKind, Transition
from milimo_tui.cut.values.effects import PARAMS, Effects
from milimo_tui.cut.values.mixer import AUTOMATED, Automation
from milimo_tui.cut.values.sound_effects import (
    ImpulseFile,
    SoundEffect,
    make_sound_effect,
    set_impulse_file,
)
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from milimo_tui.story.values.film import Asset, AssetKind, Line, Project, Scene, Shot, Take
from milimo_tui.story.values.shot_words import Setting
from tests.cut.strategies import curves, effects

T = TypeVar("T")

PROJECT = Project(id="project_1", name="Rain Market", script="INT. MARKET - NIGHT\n\nRain.\n", created=1.0)


def scenes(count: int) -> tuple[Scene, ...]:
    """Return `count` scenes with the ids scene_0, scene_1 and so on, in film order."""
    return tuple(
        Scene(
            id=f"scene_{i}",
            order=order,
            number=str(i + 1),
            heading=f"INT. PLACE {i} - NIGHT",
            setting=Setting.INTERIOR,
            location=f"PLACE {i}",
        )
        for i, order in enumerate(create_spread_keys(count))
    )


def shots(count: int, per_scene: int) -> tuple[Shot, ...]:
    """Return `count` shots with the ids shot_0, shot_1 and so on, in film order, `per_scene` of them in each
    scene of `scenes`.
    """
    return tuple(
        Shot(
            id=f"shot_{i}",
            scene=f"scene_{i // per_scene}",
            order=order,
            action=f"Action {i}.",
            dialogue=(Line("MAYA", f"Line {i}."),),
            characters=("MAYA",),
        )
        for i, order in enumerate(create_spread_keys(count))
    )


def asset(name: str, **more: object) -> Asset:
    fields: dict[str, object] = {
        "kind": AssetKind.VIDEO,
        "path": f"media/{name}.mov",
        "digest": f"hash of {name}",
    }
    return Asset(id=f"asset_{name}", **{**fields, **more})  # type: ignore[arg-type]


def take(name: str, shot: str, **more: object) -> Take:
    fields: dict[str, object] = {"job": f"job_{name}", "engine": "animatic", "seed": 1, "frames": 100}
    return Take(id=f"take_{name}", shot=shot, asset=f"asset_{name}", **{**fields, **more})  # type: ignore[arg-type]


def cut(id: str, shot_ids: Sequence[str]) -> Cut:
    """Return a cut with the given shots on its magnetic track V1 and a sound connected to the first clip."""
    keys = create_spread_keys(len(shot_ids))
    clips = [
        Clip(
            id=f"{id}_clip_{i}",
            cut=id,
            track=f"{id}_V1",
            source=ClipSource(SourceKind.SHOT, shot),
            frames=100,
            order=key,
        )
        for i, (shot, key) in enumerate(zip(shot_ids, keys, strict=True))
    ]
    sound = Clip(
        id=f"{id}_sound",
        cut=id,
        track=f"{id}_A1",
        source=ClipSource(SourceKind.ASSET, "asset_song"),
        frames=50,
        anchor=clips[0].id,
        offset=10,
        source_in=Fraction(1001, 24000),
    )
    return Cut(
        id=id,
        name=f"Cut {id}",
        tracks=(
            Track(id=f"{id}_V1", cut=id, name="V1", kind=TrackKind.VIDEO, order="B", magnetic=True),
            Track(id=f"{id}_A1", cut=id, name="A1", kind=TrackKind.AUDIO, order="V"),
        ),
        clips=(*clips, sound),
        transitions=(
            (Transition(id=f"{id}_t", cut=id, left=clips[0].id, right=clips[1].id, frames=12),)
            if len(clips) > 1
            else ()
        ),
        markers=(Marker(id=f"{id}_m", cut=id, frame=5, text="here", clip=clips[0].id),),
        caption_tracks=(CaptionTrack(id=f"{id}_en", cut=id, name="English", order="V", language="en"),),
        captions=(
            CutCaption(
                id=f"{id}_c",
                cut=id,
                track=f"{id}_en",
                start=Fraction(1, 3),
                end=Fraction(7, 5),
                text="Rain again.",
                word_times=(0, 400),
            ),
        ),
    )


HALL = set_impulse_file(make_sound_effect("reverb"), ImpulseFile("asset_hall", "hall.wav", 1.5))
# A strategy for each type of field. Text is any Unicode except lone surrogates, and numbers are within
# SQLite's range.
FIELDS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    Fraction: st.fractions(max_denominator=2**40),
    Effects: effects(),
    SoundEffect: st.sampled_from(
        [each for preset in SOUND_PRESETS.values() for each in (*preset.chain, HALL)]
    ),
    Automation: st.dictionaries(st.sampled_from(sorted(AUTOMATED)), curves(PARAMS["volume"])).map(
        lambda found: Automation(tuple(sorted(found.items())))
    ),
}


def wild(kind: type[T], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Return a strategy for a dataclass or named tuple that draws every field according to its type. `more`
    replaces the strategies of single fields.
    """
    drawn = {name: _drawn(hint) for name, hint in get_type_hints(kind).items() if name not in more}
    return st.builds(kind, **drawn, **more)


def _drawn(hint: Any) -> st.SearchStrategy[Any]:
    arguments = get_args(hint)
    if hint in FIELDS:
        return FIELDS[hint]
    if get_origin(hint) is tuple and arguments[-1] is not Ellipsis:
        return st.tuples(*map(_drawn, arguments))
    if get_origin(hint) is tuple:
        return st.lists(_drawn(arguments[0]), max_size=3).map(tuple)
    if arguments:
        return st.one_of([st.none() if one is NoneType else _drawn(one) for one in arguments])
    return st.sampled_from(hint) if issubclass(hint, Enum) else wild(hint)
