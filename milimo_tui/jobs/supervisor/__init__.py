"""The supervisor's process: socket, dispatch, workers, recovery. Begin with `supervisor`."""
