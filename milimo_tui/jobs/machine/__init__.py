"""Read information about this machine: its GPUs, its worker lanes (kinds of workers), its load and its
processes.
"""
