"""The ComfyUI engine. It runs a user's ComfyUI workflow on a server, with a shot's values in the inputs of
its nodes.

- `workflow` reads workflow files.
- `bindings` maps a shot's values to inputs.
- `shelf` stores workflows.
- `plan` turns a request into input values.
- `server` and `messages` implement the protocol.
- `following` waits for submitted work.
- `job` is the main module: it runs a job.

The package does not use torch.
"""
