"""Services behind an address, which engines ask: one question with an answer that streams (`http_call`),
files sent to them (`form_data`) and fetched (`fetched_file`), what they tell by themselves (`event_socket`).
Here no torch, no store; who a service is stands in `remote_service`. Begin with `http_call`.
"""
