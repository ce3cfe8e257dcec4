"""The template tags of the sign-in page."""
