"""Information about this machine: its GPUs, worker lanes, load and processes."""
