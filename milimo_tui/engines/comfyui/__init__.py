"""The ComfyUI engine: a workflow that the user made in ComfyUI runs on any server, with a shot's values in
its nodes.

`workflow` reads workflow files, `bindings` maps a shot's values to inputs, `shelf` stores workflows, `plan`
turns a request into input values, `server` and `messages` implement the protocol, `following` and `job` run
the work. No torch. Begin with `job`.
"""
