"""The signature of an order for a take: orders that mean the same have the same one, whatever came since."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import Any

from milimo_tui.engines.specs.video_specs import MakeVideo

# Facts that only letter the slate: a renumbered shot is not a stale one. Sides came later, and a take drawn
# before is not stale for them.
_LETTERING = ("number", "scene_number", "title", "stands")
# Fields that the first takes had. All others came later, and are left out where nothing is said.
_FIRST = {
    "kind", "engine", "prompt", "plain", "negative", "conditioning", "width", "height", "frames", "rate",
    "sample_rate", "steps", "guidance", "pipeline", "facts",
}  # fmt: skip
# Fields that follow from the words, the length and the looks, unless a person says otherwise.
_FOLLOWING = {"beats": "text", "subjects": "auto"}
# Fields of an order that say nothing of what its shot means.
_NOT_MEANT = {
    "seed", "stands_for", "recipe", "over", "sound", "again", "doubled", "head", "tail", "measured",
    "extension", "pieces", "among",
}  # fmt: skip
_DEFAULTS = MakeVideo(frames=1, rate="1/1", width=16, height=16).model_dump(mode="json")


def signature(spec: MakeVideo) -> str:
    """SHA-256 of what decides a take but its seed; takes with another signature are stale.

    A take of a sweep counts as what its shot said.
    """
    if spec.stands_for:
        return spec.stands_for
    return hashlib.sha256(json.dumps(deciding(spec), sort_keys=True).encode()).hexdigest()


def deciding(spec: MakeVideo) -> dict[str, Any]:
    """What decides a take but its seed, as JSON values by their names.

    What a take continues is not in it: another take of the shot before makes this one no other shot. Files
    of the film count by their hash, wherever it lies.
    """
    values = spec.model_dump(mode="json", exclude=_NOT_MEANT)
    # Takes of before there was such a thing keep their signature.
    values["loras"] = [
        one["id"] if one["strength"] == 1 and not one["digest"] else one for one in values["loras"]
    ]
    values["prompt"] = values.pop("plain") or values["prompt"]
    for name, by in _FOLLOWING.items():
        told = values.pop(name)
        if told["by"] != by:
            # What a picture shows in words follows from the looks, whose own words are in the prompt.
            unsaid = {"words"} if name == "subjects" else set()
            parts = [{key: one[key] for key in one.keys() - unsaid} for one in told["parts"]]
            values[name] = {**told, "parts": [_as_content(one) for one in parts]}
    for name in values.keys() - _FIRST:
        if values[name] == _DEFAULTS[name]:
            del values[name]
    values["conditioning"] = [
        _as_content(one) for one in values["conditioning"] if one["source"] != "continuity"
    ]
    for name in {"control", "references"} & values.keys():
        values[name] = [_as_content(one) for one in values[name]]
    if "voice" in values:
        values["voice"] = _as_content(values["voice"])
    facts = {key: value for key, value in values["facts"].items() if key not in _LETTERING}
    # Whether somebody is he or she came later, and a take drawn before is not stale for it.
    people = [{key: value for key, value in one.items() if key != "gender"} for one in facts["characters"]]
    values["facts"] = {**facts, "characters": people}
    return values


def _as_content(value: Any) -> Any:
    """An input by what is in it: a managed file by its place in `media/`, which is its hash."""
    if isinstance(value, dict) and "input" in value:
        kept = {key: one for key, one in value.items() if key != "start" or one}  # it came later
        return {**kept, "input": _as_content(value["input"])}
    parts = PurePath(value).parts[-3:] if isinstance(value, str) else ()
    return "/".join(parts) if len(parts) == 3 and parts[0] == "media" else value
