"""The blurred picture in the details."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPixmap

from ui import theme
from ui.reveal import framed


def test_white_picture_has_a_line_around_it(qapp):
    white = QPixmap(1280, 800)
    white.fill(Qt.GlobalColor.white)
    made = framed(white, 320, 132).toImage()
    edge = QColor(theme.colours().edge)
    for x, y in ((0, 0), (made.width() - 1, made.height() - 1), (made.width() // 2, 0), (0, made.height() // 2)):
        assert made.pixelColor(x, y) == edge
    assert made.pixelColor(made.width() // 2, made.height() // 2) == QColor("white")
