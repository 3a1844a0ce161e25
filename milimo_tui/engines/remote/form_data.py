"""Encode a form with a file, for an upload to a service (`multipart/form-data`, RFC 7578). Pure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

_ESCAPED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def encode_form(fields: Mapping[str, str], name: str, file_name: str, data: bytes) -> tuple[bytes, str]:
    """Return the body of a request with `fields` and one file, and the body's content type, which contains
    the boundary. `name` is the form field of the file.
    """
    boundary = f"milimo-{secrets.token_hex(16)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    named = f'name="{name}"; filename="{file_name.translate(_ESCAPED)}"'
    head = f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n"
    parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
