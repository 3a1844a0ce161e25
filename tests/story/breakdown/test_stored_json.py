"""Test that breakdowns are stored as JSON without a loss, and that damaged texts are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.people import FilmBreakdown, Person, Place
from milimo_tui.story.breakdown.scenes import SceneBreakdown
from milimo_tui.story.breakdown.stored_json import format_stored_json, read_stored_json

KINDS = (Fact, Person, Place, FilmBreakdown, SceneBreakdown)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_breakdown_returns_from_json_unchanged(kind: Any, data: st.DataObject) -> None:
    value = data.draw(st.from_type(kind))
    assert read_stored_json(kind, format_stored_json(value)) == value


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(("beats", "digest", "x")), inner),
        max_leaves=8,
    )
)
def test_foreign_json_is_refused_or_read(value: object) -> None:
    try:
        found = read_stored_json(SceneBreakdown, json.dumps(value))
    except ValueError:
        return
    assert isinstance(found, SceneBreakdown)


def test_unknown_fields_are_left_out_and_defaults_are_not_stored() -> None:
    assert read_stored_json(Person, '{"name":"Ida","shoe_size":40}') == Person(name="Ida")
    assert format_stored_json(Person(name="Ida")) == '{"name":"Ida"}'
