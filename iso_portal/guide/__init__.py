"""Public information: why here, places, sectors, sites, how the office works, privacy, accessibility."""
