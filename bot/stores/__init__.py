"""Where conversations are kept between two messages."""
