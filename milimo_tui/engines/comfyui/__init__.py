"""ComfyUI as an engine: a workflow that a person made there, run on any server, with what a shot says put
into its nodes. `workflow` is what such a file is, `bindings` which input takes what, `shelf` where it is
kept, `plan` what becomes of an order; `server` and `messages` are the protocol, `following` and `job` do the
work. No torch. Begin with `job`.
"""
