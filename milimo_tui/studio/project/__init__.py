"""Functions for a complete film: its inbox, next step, history and search. Read the module `inbox` first."""
