"""The HTTP side of the review: sessions, and what the page of the reviewers asks and sends."""
