"""Entities that rules find best, and what their text is worth: dates, yuan, quantities, documents."""
