"""Sound as samples: read, resampled, mixed, measured. Begin with `samples`, then `mix`."""
