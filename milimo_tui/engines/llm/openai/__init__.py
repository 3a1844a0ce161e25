"""Text by any service that speaks OpenAI's chat protocol.

Address, model and key are the person's own settings: never in a spec, a project or a log.
"""
