"""Has LibreOffice save old documents as .docx: found, confined, and judged by what it writes."""
