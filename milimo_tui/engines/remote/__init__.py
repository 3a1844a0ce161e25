"""Remote services used by engines: HTTP requests with streamed answers (`http_call`), uploads (`form_data`),
downloads (`fetched_file`), and events over a websocket (`event_socket`).

No torch, no store; the description of a service is in `remote_service`. Begin with `http_call`.
"""
