"""Test the voice sample sent with a shot: the sample of the first speaker who has one, from the look that
applies.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.engines.specs.video_specs import Extension, Over, Voice
from milimo_tui.story.values.film import (
    Asset,
    AssetKind,
    Element,
    ElementKind,
    Line,
    Look,
    Project,
    Scene,
    Shot,
    Story,
    number_shots,
)
from milimo_tui.studio.takes import shot_spec, signatures
from milimo_tui.studio.takes.element_inputs import find_voice_sample

SCENE = Scene(id="scene_1", order="a", number="1", heading="INT. BAR - NIGHT")
SAMPLES = tuple(
    Asset(id=f"asset_{name}", kind=AssetKind.SOUND, path=f"media/{name[:2]}/{name}.wav", name=f"{name}.wav")
    for name in ("mara", "jun", "hoarse")
)


def film(*lines: Line, looks: tuple[Look, ...] = (), voices: bool = True) -> Story:
    people = [
        Element(
            id="element_mara", kind=ElementKind.CHARACTER, name="Mara", trigger="@Mara", sample="asset_mara"
        ),
        Element(id="element_jun", kind=ElementKind.CHARACTER, name="Jun", trigger="@Jun", sample="asset_jun"),
        Element(id="element_ann", kind=ElementKind.CHARACTER, name="Ann", trigger="@Ann"),
    ]
    shot = Shot(
        id="shot_1",
        scene="scene_1",
        order="a",
        action="They talk.",
        dialogue=lines,
        voices=voices,
        engine="ltx2",
    )
    return Story(
        project=Project(id="project_1", name="Bar"),
        scenes=(SCENE,),
        shots=(shot,),
        takes=(),
        elements=tuple(people),
        looks=looks,
        assets=SAMPLES,
        numbers=number_shots((SCENE,), (shot,)),
    )


def voice(story: Story) -> Voice | None:
    return find_voice_sample(story, story.shots[0])


def test_first_speaker_with_a_recording_is_heard() -> None:
    assert voice(film()) is None
    assert voice(film(Line("ANN", "Well."))) is None
    assert voice(film(Line("ANN", "Well."), Line("JUN", "No."), Line("MARA", "Go."))) == Voice(
        input="media/ju/jun.wav", who="Jun"
    )
    assert voice(film(Line("MARA", "Go."), voices=False)) is None


def test_look_has_its_own_voice() -> None:
    look = Look(id="look_1", element="element_mara", order="a", text="ill", sample="asset_hoarse")
    found = voice(film(Line("MARA", "Go."), looks=(look,)))
    assert found is not None
    assert found.input == "media/ho/hoarse.wav"


def test_new_recording_makes_only_takes_of_its_speaker_stale() -> None:
    """A take without a voice sample keeps the signature that it had before voice samples existed."""
    speaks = film(Line("MARA", "Go."))
    spec = shot_spec.make_video_spec(speaks, speaks.shots[0])
    assert spec.voice is not None
    off = replace(speaks.shots[0], voices=False)
    silent = shot_spec.make_video_spec(replace(speaks, shots=(off,)), off)
    assert silent.voice is None
    assert "voice" not in signatures.list_deciding_values(silent)
    assert signatures.get_signature(silent) != signatures.get_signature(spec)
    made = silent.model_copy(
        update={
            "over": Over(input="/a.mov", since=None, until=None),
            "extension": Extension(input="/a.mov", frames=9, made=3),
        }
    )
    assert signatures.list_deciding_values(made) == signatures.list_deciding_values(silent)
