"""Functions for a complete project: its inbox, next step, history and search. Begin with `inbox`."""
