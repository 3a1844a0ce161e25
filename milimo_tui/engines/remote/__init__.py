"""Access to remote services for engines: HTTP requests with streamed answers (`http_call`), uploads
(`form_data`), downloads (`fetched_file`), and events over a websocket (`event_socket`).

No torch, no database. `remote_service` describes a service. Begin with `http_call`.
"""
