"""The project as a whole: its inbox, the next step, its history, what is found in it. Begin with `inbox`."""
