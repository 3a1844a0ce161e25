"""The prompts that a reading proposes for the shots that the film has if the reading is accepted. Pure
functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.story.breakdown.stored_json import convert_from_json
from milimo_tui.story.values.script_reading import ScriptReading


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPrompt:
    """A prompt that a model wrote for a shot, for the models of the engine `family`.

    `number` and `scene` are the numbers of the shot and its scene when the prompt was written. `meant`
    describes the facts of the shot; the prompt belongs to the shot with the same facts. `faults` are
    statements that do not agree with the facts. A prompt with faults is not accepted.
    """

    number: str = ""
    scene: str = ""
    family: str = ""
    meant: str = ""
    text: str = ""
    faults: tuple[str, ...] = ()


def list_proposed_prompts(reading: ScriptReading) -> tuple[ProposedPrompt, ...]:
    """Return the prompts that a reading proposes. Raises BadInput if they can't be parsed."""
    try:
        found = convert_from_json(tuple[ProposedPrompt, ...], parse_untrusted_json(reading.prompts))
    except ValueError as error:
        raise BadInput(
            f"the prompts of the reading can't be read: {reason(error)}", "read the script again"
        ) from None
    return tuple(found)
