"""Text by any service that implements OpenAI's chat protocol.

The user sets its address, model and key. They are never stored in a spec, a film or a log.
"""
