"""Sound as samples: read, resampled, mixed, measured. Start with `samples`, then `mix`."""
