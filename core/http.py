"""Small words about requests."""

# What a page with a form answers to.
FORM_METHODS = ["GET", "HEAD", "POST"]
