"""Test which face of a place a shot shows, according to the positions of its characters, and that the six
faces form one set.
"""

from __future__ import annotations

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.story.elements.place_faces import (
    FACES,
    check_face,
    choose_place_face,
    compose_face_prompt,
    order_place_pictures,
)
from milimo_tui.story.values.film import Element, ElementKind, Shot
from milimo_tui.story.values.shot_words import Angle, Function


def shot(**fields: object) -> Shot:
    return Shot(**{"id": "s", "scene": "1", "order": "V", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "face"),
    [
        (shot(), "front"),
        (shot(characters=("Mara", "Jun"), stands=(("Mara", "left"), ("Jun", "right"))), "front"),
        (shot(characters=("Mara",), stands=(("Mara", "left"),)), "left"),
        (shot(characters=("Jun",), stands=(("Jun", "right"),)), "right"),
        (shot(characters=("Jun", "Mara"), function=Function.OTS, stands=(("Jun", "right"),)), "right"),
        (shot(characters=("Jun",), stands=(("Jun", "centre"),)), "front"),
        (shot(angle=Angle.OVERHEAD, characters=("Jun",)), "down"),
        (shot(angle=Angle.LOW), "up"),
        (shot(angle=Angle.LOW, characters=("Jun",)), "front"),
        (shot(function=Function.REVERSE), "back"),
        (shot(face="up", characters=("Jun",)), "up"),
    ],
)
def test_camera_direction_follows_the_framing(made: Shot, face: str) -> None:
    looking = choose_place_face(made)
    assert looking is not None
    assert looking.face == face
    assert looking.reason


def test_disabled_faces_are_not_sent_and_the_pictured_face_comes_first() -> None:
    place = Element(
        id="p", kind=ElementKind.LOCATION, name="Bar", trigger="@Bar", references=("a", "b"),
        faces=(("left", "l"), ("front", "b")),
    )  # fmt: skip
    assert choose_place_face(shot(face="off")) is None
    assert order_place_pictures(place, choose_place_face(shot(face="off"))) == ("a", "b")
    assert order_place_pictures(place, choose_place_face(shot(face="left"))) == ("l", "a", "b")
    assert order_place_pictures(place, choose_place_face(shot())) == ("b", "a")
    assert order_place_pictures(place, choose_place_face(shot(face="up"))) == ("a", "b")


def test_each_face_sees_faces_drawn_before_it() -> None:
    order = list(FACES)
    for face, (_, meets) in FACES.items():
        assert all(order.index(each) < order.index(face) for each in meets)
    assert all(meets for face, (_, meets) in FACES.items() if face != "front")
    bar = Element(id="p", kind=ElementKind.LOCATION, name="Bar", trigger="@Bar")
    prompts = {compose_face_prompt(bar, "dim", face) for face in FACES}
    assert len(prompts) == 6
    with pytest.raises(BadInput, match="no face “rihgt”"):
        check_face("rihgt")
