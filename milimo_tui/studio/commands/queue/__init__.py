"""Commands on jobs, batches and the supervisor; the outcome of commands that queue. Begin with `job`."""
