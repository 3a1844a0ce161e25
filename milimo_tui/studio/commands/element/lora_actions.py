"""Commands on LoRA stacks (the ordered LoRAs of a shot, an element or the film). The same three commands are
made for each of these owners.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.weights import lora_stacks
from milimo_tui.studio.weights.lora_stacks import LoraStack

ADDED_LORA = "an installed LoRA, a .safetensors file, or a LoRA of the stack"


class FilmLoraListArgs(Args):
    pass


class FilmLoraAddArgs(Args):
    lora: str = arg(description=ADDED_LORA)
    strength: float = arg(1.0, description="strength of the LoRA; 1 is the trained strength")


class FilmLoraRemoveArgs(Args):
    lora: str = arg(description="a LoRA of the stack: its id, file name or position")


class LoraListArgs(Args):
    id: str = arg(description="the owner of the LoRAs, by id or name")


class LoraAddArgs(Args):
    id: str = arg(description="the owner of the LoRAs, by id or name")
    lora: str = arg(description=ADDED_LORA)
    strength: float = arg(1.0, description="strength of the LoRA; 1 is the trained strength")


class LoraRemoveArgs(Args):
    id: str = arg(description="the owner of the LoRAs, by id or name")
    lora: str = arg(description="a LoRA of the stack: its id, file name or position")


@dataclass(frozen=True, slots=True)
class LoraStackOwner:
    """The functions by which LoRA commands access one kind of owner: shots, elements or the film.

    `read` returns the owner's name and its stack. `write` saves a new stack as an edit with the given label.
    Both take the owner's id as the user typed it; for the film the id is empty.
    """

    group: str
    what: str
    read: Callable[[Studio, str], tuple[str, LoraStack]]
    write: Callable[[Studio, str, LoraStack, str], None]
    named: bool = True


def build_lora_rows(stack: LoraStack) -> list[dict[str, Any]]:
    """Convert a LoRA stack to the rows of a table."""
    return [
        {"id": use.id, "name": Path(use.id).name, "strength": use.strength, "family": use.family}
        for use in stack
    ]


def make_lora_commands(owner: LoraStackOwner) -> tuple[Command, ...]:
    """Create the commands `lora list`, `lora add` and `lora remove` for one kind of owner, such as `shot lora
    list`.
    """

    def get_owner_id(args: Any) -> str:
        return str(args.id) if owner.named else ""

    def report_stack(name: str, stack: LoraStack, message: str = "") -> Outcome:
        rows = build_lora_rows(stack)
        return Outcome(data=rows, columns=("id", "strength", "family"), message=message or f"{name}")

    def list_stack(studio: Studio, args: Any) -> Outcome:
        name, stack = owner.read(studio, get_owner_id(args))
        return report_stack(name, stack, "" if stack else f"no LoRA on {name}")

    def save_stack(studio: Studio, args: Any, stack: LoraStack, action: str) -> Outcome:
        name, before = owner.read(studio, get_owner_id(args))
        if stack != before:
            owner.write(studio, get_owner_id(args), stack, f"{action} {name}")
        return report_stack(
            name, stack, f"{name}: {', '.join(map(lora_stacks.format_lora, stack)) or 'no LoRA'}"
        )

    def add(studio: Studio, args: Any) -> Outcome:
        _, stack = owner.read(studio, get_owner_id(args))
        # The stack is searched first, so that the strength of a LoRA can be changed even if its file is
        # missing on this machine.
        try:
            changed = lora_stacks.set_lora_strength(stack, args.lora, args.strength)
        except NotFound:
            use = lora_stacks.find_lora(ModelStore(studio.home.models), args.lora)
            return save_stack(studio, args, lora_stacks.set_lora(stack, use, args.strength), "put a LoRA on")
        return save_stack(studio, args, changed, "set a LoRA of")

    def remove(studio: Studio, args: Any) -> Outcome:
        _, stack = owner.read(studio, get_owner_id(args))
        return save_stack(studio, args, lora_stacks.remove_lora(stack, args.lora), "take a LoRA off")

    first = ("id",) if owner.named else ()
    acts: tuple[tuple[str, str, str, Callable[[Studio, Any], Outcome], type[Args], tuple[str, ...]], ...] = (
        (
            "list",
            "List LoRAs",
            "list the LoRAs of",
            list_stack,
            LoraListArgs if owner.named else FilmLoraListArgs,
            (),
        ),
        (
            "add",
            "Add LoRA",
            "add or change a LoRA of",
            add,
            LoraAddArgs if owner.named else FilmLoraAddArgs,
            ("lora",),
        ),
        (
            "remove",
            "Remove LoRA",
            "remove a LoRA of",
            remove,
            LoraRemoveArgs if owner.named else FilmLoraRemoveArgs,
            ("lora",),
        ),
    )
    return tuple(
        Command(
            f"{owner.group}.lora.{act}",
            title,
            f"{help} {owner.what}",
            run,
            args,
            refuse_without_film,
            cli=f"{owner.group} lora {act}",
            positional=(*first, *positional),
        )
        for act, title, help, run, args, positional in acts
    )
