"""Sends a notification to a webhook as one signed HTTP POST. The function blocks, so the outbox calls it in a
separate thread.

The signature covers the complete body. The body contains the time of sending, so that a receiver can refuse
an old message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from milimo_tui import __version__

SIGNATURE = "X-Milimo-Signature"
TIMESTAMP = "X-Milimo-Timestamp"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A handler that refuses HTTP redirects, because the message is meant only for the address that the user
    configured.
    """

    def redirect_request(self, *_: Any) -> None:
        return None


def sign_webhook_body(body: bytes, secret: str) -> str:
    """Return the value of the signature header: `sha256=` and the HMAC of the body in hex."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def post_webhook_message(
    address: str, message: Mapping[str, Any], secret: str, sent: float, seconds: float
) -> str:
    """Send `message` to a webhook. Return an empty text if the receiver answered with 2xx, otherwise the
    reason of the failure, without the address.

    `secret` is the key of the signature. `sent` is the time in seconds since 1970, which is added to the
    body. `seconds` is the timeout of each network operation.
    """
    body = json.dumps({**message, "sent": round(sent, 3)}, ensure_ascii=False).encode(errors="replace")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"milimo/{__version__}",
        TIMESTAMP: str(int(sent)),
    }
    if secret:
        headers[SIGNATURE] = sign_webhook_body(body, secret)
    parts = urlsplit(address)
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        request = urllib.request.Request(bare, data=body, headers=headers, method="POST")
        with opener.open(request, timeout=seconds) as answer:
            answer.read(1024)
    except urllib.error.HTTPError as error:
        error.close()
        moved = ", and redirects are not followed" if 300 <= error.code < 400 else ""
        return f"it answered {error.code}{moved}"
    except urllib.error.URLError as error:
        return f"it can't be reached: {getattr(error.reason, 'strerror', None) or error.reason}"
    except TimeoutError:
        return f"no answer within {seconds:.0f} s"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"it can't be reached: {getattr(error, 'strerror', None) or type(error).__name__}"
    return ""
