"""Signatures of take specs: hashes by which stale takes are found. Specs with the same meaning must keep the
same signature in every later version, or existing takes would become stale.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import PurePath
from typing import Any

from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts, SpokenLine
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.values.shot_words import Setting

# Facts that are left out of the signature. Most appear only on the slate, so that renumbering a shot does not
# make its take stale. `stands` (the positions of people) was added later, and takes drawn earlier must stay
# fresh.
_LETTERING = ("number", "scene_number", "title", "stands")
# The fields of a spec in the first version. Fields added later count only if they differ from their default,
# so that the signatures of old takes stay the same.
_FIRST = {
    "kind", "engine", "prompt", "plain", "negative", "conditioning", "width", "height", "frames", "rate",
    "sample_rate", "steps", "guidance", "pipeline", "facts",
}  # fmt: skip
# Fields whose values are computed from other fields unless the user sets them, each with the value of `by`
# that means “computed”. Computed values are left out of the signature.
_FOLLOWING = {"beats": "text", "subjects": "auto"}
# Fields of a spec that say nothing about the content of the shot. They are left out of the signature.
_NOT_MEANT = {
    "seed", "stands_for", "recipe", "over", "sound", "again", "doubled", "head", "tail", "measured",
    "extension", "pieces", "among",
}  # fmt: skip
# The fields that an engine reads that only draws takes from the facts of a shot.
_DRAWN = {"kind", "engine", "width", "height", "frames", "rate", "sample_rate", "facts"}
_DEFAULTS = MakeVideo(frames=1, rate="1/1", width=16, height=16).model_dump(mode="json")


def get_signature(spec: MakeVideo) -> str:
    """Return the signature of a spec: a SHA-256 hash of all values that decide what the take shows, except
    its seed. A take is stale if its signature differs from the present signature of its shot.

    For a spec with `stands_for`, such as a variant of a sweep, return that value, which is the signature of
    its shot.
    """
    return spec.stands_for or _hash_values(list_deciding_values(spec))


def is_signature_of(
    signature: str, spec: MakeVideo, *, is_setting_guessed: bool = False, is_language_detected: bool = False
) -> bool:
    """Return True if a take with this signature was made from the values of a spec. Earlier versions of
    Milimo also signed the values that the engine does not read, and their takes must stay fresh.

    If `is_setting_guessed` is True, the setting (inside or outside) may be another one, because earlier
    versions guessed it in another way. If `is_language_detected` is True, the language of the dialogue may be
    missing, because earlier versions did not know it.
    """
    if is_language_detected and spec.facts.language:
        facts = spec.facts.model_copy(update={"language": ""})
        earlier = spec.model_copy(update={"facts": facts})
        if is_signature_of(signature, earlier, is_setting_guessed=is_setting_guessed):
            return True
    if signature in (get_signature(spec), _hash_values(_list_signed_values(spec))):
        return True
    if not is_setting_guessed or spec.stands_for:
        return False
    others = (
        spec.model_copy(update={"facts": spec.facts.model_copy(update={"setting": setting.value})})
        for setting in Setting
    )
    return any(is_signature_of(signature, each) for each in others)


def copy_voices(wanted: MakeVideo, then: MakeVideo) -> MakeVideo:
    """Return the spec `wanted` with the voices and the language of the spec `then`, to compare specs without
    their voices.
    """
    old = {line.character: line.voice for line in then.facts.lines}
    lines = tuple(
        line.model_copy(update={"voice": old.get(line.character, line.voice)}) for line in wanted.facts.lines
    )
    facts = wanted.facts.model_copy(update={"lines": lines, "language": then.facts.language})
    return wanted.model_copy(update={"facts": facts})


def copy_equal_voices(wanted: MakeVideo, then: MakeVideo) -> MakeVideo:
    """Return the spec `wanted` of a drawn take with each voice as written in the spec `then`, if it is the
    same voice: one spec names the voice that the other spec leaves to the engine.
    """
    old = {line.character: line.voice for line in then.facts.lines}
    lines = tuple(
        line.model_copy(update={"voice": old[line.character]})
        if line.voice != old.get(line.character, line.voice)
        and _find_heard_voice(wanted.facts, line) == _find_heard_voice(then.facts, line, old[line.character])
        else line
        for line in wanted.facts.lines
    )
    return wanted.model_copy(update={"facts": wanted.facts.model_copy(update={"lines": lines})})


def _find_heard_voice(facts: ShotFacts, line: SpokenLine, voice: str | None = None) -> str:
    """Return the voice of a line of a drawn take: `voice`, by default the line's own, or else the default."""
    voice = line.voice if voice is None else voice
    name = line.character.casefold()
    person = next((each for each in facts.characters if each.name.casefold() == name), None)
    person = person or DescribedPerson(name=line.character)
    profile = engine_registry.profile(engine_registry.find_scratch_voice().name)
    return voice or profile.find_default_voice(person, facts.language)


def _hash_values(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def list_deciding_values(spec: MakeVideo) -> dict[str, Any]:
    """Return the values of a spec that decide what the take shows, except its seed, as JSON values by name.
    Values that the spec's engine does not read are left out.
    """
    unread = _find_unread_fields(engine_registry.find_engine(spec.engine))
    return {name: value for name, value in _list_signed_values(spec).items() if name not in unread}


@cache
def _find_unread_fields(row: EngineRow | None) -> frozenset[str]:
    """Return the fields of specs that an engine does not read."""
    if row is None:
        return frozenset()
    if row.previs:
        return frozenset(MakeVideo.model_fields.keys() - _DRAWN)
    return engine_registry.profile(row.name).describe().unread


def _list_signed_values(spec: MakeVideo) -> dict[str, Any]:
    """Return all values of a spec that decide what the take shows, except its seed, as JSON values by name.

    The take of the previous shot is left out, so that a new take of it does not make this take stale. Files
    of the film are identified by their hash, so that moving the film's folder changes nothing.
    """
    values = spec.model_dump(mode="json", exclude=_NOT_MEANT)
    # The first version stored only the id of a LoRA. Use that form where possible, so that old takes keep
    # their signature.
    values["loras"] = [
        one["id"] if one["strength"] == 1 and not one["digest"] else one for one in values["loras"]
    ]
    values["prompt"] = values.pop("plain") or values["prompt"]
    for name, by in _FOLLOWING.items():
        followed = values.pop(name)
        if followed["by"] != by:
            # Leave out the description of a subject. It is computed from the element's appearance, which the
            # prompt contains already.
            unsaid = {"words"} if name == "subjects" else set()
            parts = [{key: one[key] for key in one.keys() - unsaid} for one in followed["parts"]]
            values[name] = {**followed, "parts": [_replace_by_content(one) for one in parts]}
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
    # Leave out gender, which was added later: takes drawn before that must stay fresh.
    people = [{key: value for key, value in one.items() if key != "gender"} for one in facts["characters"]]
    values["facts"] = {**facts, "characters": people}
    return values


def _replace_by_content(value: Any) -> Any:
    """Return an input of a spec in a form that does not depend on the film's folder. The path of a managed
    file is reduced to `media/ab/<hash>`, which identifies its content. Other values are returned unchanged.
    """
    if isinstance(value, dict) and "input" in value:
        # Leave out a `start` of 0: the field was added later, and old takes must keep their signature.
        kept = {key: one for key, one in value.items() if key != "start" or one}
        return {**kept, "input": _replace_by_content(value["input"])}
    parts = PurePath(value).parts[-3:] if isinstance(value, str) else ()
    return "/".join(parts) if len(parts) == 3 and parts[0] == "media" else value
