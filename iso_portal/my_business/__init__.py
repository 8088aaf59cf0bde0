"""A firm's own pages: registration, sign-in by one-time link, profile, sites, introductions, consents, own data."""
