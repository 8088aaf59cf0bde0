"""Local firms of both communities: profiles in their own language, consents, verification, imports."""
