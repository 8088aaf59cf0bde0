"""What people ask about their own data: a copy, a correction, erasure; who released it, and what became of it."""
