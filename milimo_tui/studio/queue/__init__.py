"""Functions on the job queue for commands and screens: find jobs by name, show them as rows and text, follow
events, change specs, and wait.

The package does not depend on a film. The queue itself is in `jobs`. Read the module `waiting` first.
"""
