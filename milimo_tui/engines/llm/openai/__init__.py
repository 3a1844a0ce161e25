"""Text by any service that implements OpenAI's chat protocol.

Address, model and key are the user's own settings and are never in a spec, a project or a log.
"""
