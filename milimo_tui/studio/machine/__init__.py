"""Functions for this machine: installed and missing software, GPUs or rental advice, notifications, and file
transfer.

The package does not depend on a film. Read the module `doctor` first.
"""
