"""Store a skeleton as a JSON file, which is written atomically and validated when it is read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import explain_os_error, make_folders, write_file_atomically
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.interchange.skeletons.bones import JOINTS, NUMBERS
from milimo_tui.interchange.skeletons.person_skeleton import JointMove, Skeleton

FORMAT = 1


def save_skeleton(skeleton: Skeleton, path: Path) -> None:
    """Write a skeleton to a file. Raises DiskFull, ReadOnly."""
    make_folders(path.parent)
    write_file_atomically(
        path, json.dumps({"format": FORMAT, **asdict(skeleton)}, indent=1, ensure_ascii=False).encode()
    )


def load_skeleton(path: Path) -> Skeleton:
    """Read a skeleton from a file. Raises Damaged, NotFound."""
    try:
        value = parse_untrusted_json(path.read_text())
        if value.pop("format") != FORMAT:
            raise ValueError("another form")
        seen = tuple((float(x), float(y), float(confidence)) for x, y, confidence in value.pop("seen"))
        moves = tuple(JointMove(**one) for one in value.pop("moves"))
        skeleton = Skeleton(**value, seen=seen, moves=moves)
        if len(skeleton.seen) != len(JOINTS) or any(move.joint not in NUMBERS for move in moves):
            raise ValueError("other joints")
    except OSError as error:
        raise explain_os_error(error, path, "read") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Damaged(f"{path} is not a skeleton", "milimo skeleton find makes it again") from error
    return skeleton
