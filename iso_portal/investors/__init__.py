"""Foreign organisations, or people of the diaspora, that think about investing, and the people who speak for them."""
