"""Pages of PDF as offices lay them out: 22 lines of 28 characters, page numbers at the foot."""

import io
from collections.abc import Iterable

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
WIDTH, HEIGHT = 595, 842
LEFT, COLUMNS, ROWS, LEADING, SIZE = 79, 28, 22, 28, 16


class Report:
    """A report as offices lay it out: 22 lines of 28 characters, page numbers at the foot."""

    def __init__(self, head: str = "", number: str = "— {} —", **options: object) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=(WIDTH, HEIGHT), **options)
        self.head, self.number = head, number
        self.page, self.row = 1, 0

    def line(self, text: str, indent: float = 0, size: float = SIZE) -> None:
        if self.row == ROWS:
            self.end_page()
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(LEFT + indent * SIZE, self.top, text)
        self.row += 1

    @property
    def top(self) -> float:
        return HEIGHT - 110 - self.row * LEADING

    def centred(self, text: str, size: float = 22) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawCentredString(LEFT + COLUMNS * SIZE / 2, self.top, text)
        self.row += 1

    def paragraph(self, text: str, first: float = 2, further: float = 0) -> None:
        while text:
            room = len(text)
            while pdfmetrics.stringWidth(text[:room], FONT, SIZE) > (COLUMNS - first) * SIZE:
                room -= 1
            # No line opens with a stop: the character before it goes along.
            while room < len(text) and text[room] in "，。；：":
                room -= 1
            self.line(text[:room], first)
            text, first = text[room:], further

    def cells(self, texts: Iterable[str]) -> None:
        self.canvas.setFont(FONT, SIZE)
        for column, text in enumerate(texts):
            self.canvas.drawString(LEFT + column * 150, self.top, text)
        self.row += 1

    def end_page(self) -> None:
        self.canvas.setFont(FONT, 14)
        if self.head:
            self.canvas.drawString(LEFT, HEIGHT - 40, self.head)
        if self.number:
            self.canvas.drawCentredString(WIDTH / 2, 50, self.number.format(self.page))
        self.canvas.showPage()
        self.page, self.row = self.page + 1, 0

    def data(self) -> bytes:
        if self.row:
            self.end_page()
        self.canvas.save()
        return self.file.getvalue()
