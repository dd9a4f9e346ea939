"""Document fields: what an office writes down of a report before it reads it."""

from huibao.fields.document import document_fields
from huibao.fields.gazetteer import Division, Gazetteer, read_gazetteer

__all__ = ["Division", "Gazetteer", "document_fields", "read_gazetteer"]
