"""Sound as arrays of samples: reading, resampling, effects and mixing. Start with `samples`, then `mix`."""
