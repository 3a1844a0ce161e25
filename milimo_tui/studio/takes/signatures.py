"""Signatures of take specs. Specs with the same meaning have the same signature in every version."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import Any

from milimo_tui.engines.specs.video_specs import MakeVideo

# Facts that only appear on the slate: renumbering a shot does not make it stale. `stands` was added
# later, and takes drawn before stay fresh.
_LETTERING = ("number", "scene_number", "title", "stands")
# Fields of the first version. Later fields are left out of the signature if they have their default.
_FIRST = {
    "kind", "engine", "prompt", "plain", "negative", "conditioning", "width", "height", "frames", "rate",
    "sample_rate", "steps", "guidance", "pipeline", "facts",
}  # fmt: skip
# Fields that are derived from the prompt, the length and the looks unless the user sets them.
_FOLLOWING = {"beats": "text", "subjects": "auto"}
# Fields of a spec that do not belong to the meaning of its shot.
_NOT_MEANT = {
    "seed", "stands_for", "recipe", "over", "sound", "again", "doubled", "head", "tail", "measured",
    "extension", "pieces", "among",
}  # fmt: skip
_DEFAULTS = MakeVideo(frames=1, rate="1/1", width=16, height=16).model_dump(mode="json")


def get_signature(spec: MakeVideo) -> str:
    """Return a SHA-256 hash of all that decides a take except its seed; takes with another signature are
    stale.

    A take of a sweep has the signature of its shot's own spec.
    """
    if spec.stands_for:
        return spec.stands_for
    return hashlib.sha256(json.dumps(list_deciding_values(spec), sort_keys=True).encode()).hexdigest()


def list_deciding_values(spec: MakeVideo) -> dict[str, Any]:
    """Return all values that decide a take except its seed, as JSON values by name.

    The previous shot's take is left out, because another take of it does not change this shot. Files of the
    film count by their hash, independent of the film's folder.
    """
    values = spec.model_dump(mode="json", exclude=_NOT_MEANT)
    # Old takes had only ids of LoRAs, and must keep their signature.
    values["loras"] = [
        one["id"] if one["strength"] == 1 and not one["digest"] else one for one in values["loras"]
    ]
    values["prompt"] = values.pop("plain") or values["prompt"]
    for name, by in _FOLLOWING.items():
        told = values.pop(name)
        if told["by"] != by:
            # The words of a subject are derived from the looks, which are in the prompt already.
            unsaid = {"words"} if name == "subjects" else set()
            parts = [{key: one[key] for key in one.keys() - unsaid} for one in told["parts"]]
            values[name] = {**told, "parts": [_replace_by_content(one) for one in parts]}
    for name in values.keys() - _FIRST:
        if values[name] == _DEFAULTS[name]:
            del values[name]
    values["conditioning"] = [
        _replace_by_content(one) for one in values["conditioning"] if one["source"] != "continuity"
    ]
    for name in {"control", "references"} & values.keys():
        values[name] = [_replace_by_content(one) for one in values[name]]
    if "voice" in values:
        values["voice"] = _replace_by_content(values["voice"])
    facts = {key: value for key, value in values["facts"].items() if key not in _LETTERING}
    # Gender was added later, and takes drawn before stay fresh.
    people = [{key: value for key, value in one.items() if key != "gender"} for one in facts["characters"]]
    values["facts"] = {**facts, "characters": people}
    return values


def _replace_by_content(value: Any) -> Any:
    """Return an input identified by its content: a managed file by its path in `media/`, which has its
    hash.
    """
    if isinstance(value, dict) and "input" in value:
        kept = {key: one for key, one in value.items() if key != "start" or one}  # `start` was added later
        return {**kept, "input": _replace_by_content(value["input"])}
    parts = PurePath(value).parts[-3:] if isinstance(value, str) else ()
    return "/".join(parts) if len(parts) == 3 and parts[0] == "media" else value
