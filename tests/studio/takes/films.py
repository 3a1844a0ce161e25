"""A film of two scenes with a cast, takes and boards, as plain values without a file or a database."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.story.values.film import (
    Asset,
    AssetKind,
    Element,
    ElementKind,
    Project,
    Scene,
    Shot,
    Story,
    Take,
    number_shots,
)
from milimo_tui.story.values.making import Conditioning, FollowKind


def picture(name: str) -> Asset:
    return Asset(
        id=f"asset_{name}",
        kind=AssetKind.PICTURE,
        path=f"media/{name[:2].ljust(2, '0')}/{name}.png",
        name=f"{name}.png",
    )


def clip(name: str, frames: int = 113) -> Asset:
    return Asset(
        id=f"asset_{name}",
        kind=AssetKind.VIDEO,
        path=f"media/{name[:2].ljust(2, '0')}/{name}.mov",
        name=f"{name}.mov",
        frames=frames,
        rate=Fraction(25),
    )


def follow(id: str, **more: object) -> Conditioning:
    return Conditioning(id=id, shot="shot_b", order=id, **more)  # type: ignore[arg-type]


def film(**changed: object) -> Story:
    """Return a film with the shots 1A, 1B (with Mara, 105 frames) and 1C. Shot 1A has a take of 113 frames,
    and Mara has two reference pictures.

    `changed` replaces fields of 1B.
    """
    keys = create_spread_keys(3)
    scenes = (Scene(id="scene_1", order="V", number="1", heading="INT. BAR - NIGHT", location="BAR"),)
    shots = [
        Shot(id=f"shot_{letter}", scene="scene_1", order=key, action="Rain.", frames=105)
        for letter, key in zip("abc", keys, strict=True)
    ]
    shots[0] = replace(shots[0], take="take_a")
    shots[1] = replace(shots[1], action="MARA waits.", characters=("MARA",), **changed)  # type: ignore[arg-type]
    mara = Element(
        id="element_mara",
        kind=ElementKind.CHARACTER,
        name="MARA",
        trigger="@Mara",
        references=("asset_face", "asset_coat"),
    )
    assets = (
        picture("face"),
        picture("coat"),
        picture("board"),
        picture("turn"),
        clip("a"),
        clip("dance", 60),
    )
    takes = (
        Take(id="take_a", shot="shot_a", asset="asset_a", job="job_a", engine="ltx2", seed=1, frames=113),
    )
    return Story(
        project=Project(id="project_1", name="Rain Market", engine="ltx2", width=128, height=128),
        scenes=scenes,
        shots=tuple(shots),
        takes=takes,
        elements=(mara,),
        assets=assets,
        numbers=number_shots(scenes, tuple(shots)),
    )


BY_HAND = follow("c1", asset="asset_turn", frame=60, strength=0.8)
CLIP = follow("c2", asset="asset_dance", frame=8)
OF_A = follow("c3", kind=FollowKind.TAKE, other="shot_a", at=-1)
