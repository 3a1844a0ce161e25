"""Replace tokens, keys and passwords in a text by `[secret]` before the text is written or shown.

The module replaces the values of secret environment variables, and text that has the form of a secret. It
contains pure functions and imports nothing that is slow to import.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

REDACTION_MARK = "[secret]"
SHORTEST_SECRET = 6  # Characters. Shorter values are not replaced, because they could be ordinary words.

# Patterns of names whose value is secret. Each begins with three plain letters, which `_NAME_START` uses.
_NAME_PATTERNS = (
    "token", "secret", "passw(?:or)?d", "passphrase", "credentials?", "api[_-]?key", "access[_-]?key",
    "private[_-]?key", "signature",
)  # fmt: skip
_NAMES = "|".join(_NAME_PATTERNS)
# Matches all positions where a name may begin, and few others.
_NAME_START = "".join(
    f"[{''.join(sorted(set(letters)))}]"
    for letters in zip(*(name[:3] for name in _NAME_PATTERNS), strict=True)
)
_SECRET_NAME_PATTERN = re.compile(rf"(?:^|[_-])(?:{_NAMES}|pass|pat)(?:$|[_-])|apikey|_KEY$", re.IGNORECASE)
_OTHER_SECRET_NAMES = frozenset({"MILIMO_NOTIFY_WEBHOOK"})  # The address of a webhook often contains a token.

# Matches tokens with a known prefix.
_TOKEN_PATTERN = re.compile(
    r"\b(?:hf_[A-Za-z0-9]{12,}|sk-[A-Za-z0-9_-]{12,}|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}"
    r"|glpat-[\w-]{12,}|xox[abeprs]-[\w-]{10,}|AKIA[0-9A-Z]{16})"
)
_SECRET_PATTERNS = (
    (re.compile(r"(?i)(\bauthorization[\"']?\s*[:=]\s*[\"']?(?:(?:bearer|basic|token)\s+)?)[^\s\"',;]+"), 1),
    (re.compile(r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}"), 1),
    # Matches user and password in an address: `https://user:password@host`. The scheme is not part of the
    # pattern, because a search for a scheme takes quadratic time in a text such as `a.a.a.a`.
    (re.compile(r"(://)[^\s/@:]*:[^\s/@]+(?=@)"), 1),
    (re.compile(rf"(?i)([?&;](?:[\w-]*(?:{_NAMES})|key|sig|auth)=)[^\s&#\"'<>]+"), 1),
    # Matches a value after a name. The lookahead rejects most positions, because a search for the names alone
    # takes five times as long.
    (
        re.compile(
            rf"(?i)((?={_NAME_START})(?:{_NAMES})[\"']?\s*[=:]\s*[\"']?)"
            r"(?!\[secret\])[^\s\"'&,;]{8,}"
        ),
        1,
    ),
)


def is_secret_name(name: str) -> bool:
    """Return True if a variable with this name holds a secret (`HF_TOKEN`, `OPENAI_API_KEY`,
    `DB_PASSWORD`).
    """
    return name in _OTHER_SECRET_NAMES or bool(_SECRET_NAME_PATTERN.search(name))


def collect_secret_values(environ: Mapping[str, str]) -> frozenset[str]:
    """Return the values of all environment variables whose name marks them as secret."""
    return frozenset(value for name, value in environ.items() if is_secret_name(name))


def remove_secret_variables(environ: Mapping[str, str], allowed: Collection[str] = ()) -> dict[str, str]:
    """Return a copy of the environment without its secret variables. Variables named in `allowed` stay."""
    return {name: value for name, value in environ.items() if name in allowed or not is_secret_name(name)}


class Redactor:
    """A function object that replaces secrets in a text: known values, and text that has the form of a
    secret.
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        known = sorted({value for value in values if len(value) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    @property
    def has_known_secrets(self) -> bool:
        """True if the redactor replaces known secret values, and not only text that has the form of a
        secret.
        """
        return self._known is not None

    def __call__(self, text: str) -> str:
        """Return the text with each secret replaced by `[secret]`."""
        if len(text) < SHORTEST_SECRET:
            return text
        text = _TOKEN_PATTERN.sub(REDACTION_MARK, self.remove_known_secrets(text))
        for rule, group in _SECRET_PATTERNS:
            text = rule.sub(rf"\g<{group}>{REDACTION_MARK}", text)
        return text

    def remove_known_secrets(self, text: str) -> str:
        """Return the text with each known secret value replaced by `[secret]`. This is much faster than the
        search for text that has the form of a secret.
        """
        return self._known.sub(REDACTION_MARK, text) if self._known else text

    def redact_json(self, value: Any) -> Any:
        """Return a JSON value in which secrets are replaced in every string. Keys of objects stay
        unchanged.
        """
        return map_strings(value, self)


def map_strings(value: Any, act: Callable[[str], str]) -> Any:
    """Return a JSON value in which every string is replaced by `act(string)`. Keys of objects stay
    unchanged.
    """
    if isinstance(value, str):
        return act(value)
    if isinstance(value, Mapping):
        return {key: map_strings(part, act) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [map_strings(part, act) for part in value]
    return value


def create_redactor(environ: Mapping[str, str], more: Iterable[str] = ()) -> Redactor:
    """Return a redactor for the secret values of an environment and the additional values `more`."""
    return Redactor((*collect_secret_values(environ), *more))
