"""A definition as a picture: text in, text out."""
