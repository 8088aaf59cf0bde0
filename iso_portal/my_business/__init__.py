"""What a firm does here itself, without a password: registers, keeps its profile, answers introductions."""
