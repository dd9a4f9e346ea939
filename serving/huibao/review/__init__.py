"""People at work on a label folder: what they are asked, what they said, how far they agree."""
