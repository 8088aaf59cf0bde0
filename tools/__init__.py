"""Tools around the portal that are no part of it."""
