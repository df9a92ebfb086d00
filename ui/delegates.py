"""How rows of lists are drawn: a blurred preview and three lines for exhibits, two lines for everything else."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from evidence_kit.records import Exhibit, ExhibitState
from ui import theme
from ui.models import PREVIEW, PREVIEW_HEIGHT, PREVIEW_WIDTH, RECORD, SECOND, THIRD

Index = QModelIndex | QPersistentModelIndex


def _background(painter: QPainter, option: QStyleOptionViewItem) -> QRect:
    """Paint selection, hover and focus; returns the room for content."""
    state: QStyle.StateFlag = option.state
    rect: QRect = option.rect
    c = theme.colours()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    area = rect.adjusted(2, 2, -2, -2)
    path = QPainterPath()
    path.addRoundedRect(QRectF(area), theme.RADIUS, theme.RADIUS)
    if state & QStyle.StateFlag.State_Selected:
        painter.fillPath(path, QColor(c.chosen))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillPath(path, QColor(c.sunken))
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QColor(c.accent))
        painter.drawPath(path)
    return area


def _text(painter: QPainter, room: QRect, text: str, font: QFont, colour: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


class ExhibitDelegate(QStyledItemDelegate):
    """A row of the exhibit list."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002 - Qt's name
        """Three lines, at least as high as the preview."""
        heights = QFontMetrics(theme.font(bold=True)).height() + 2 * QFontMetrics(theme.font(theme.SMALL)).height()
        return QSize(200, max(PREVIEW_HEIGHT, heights + 6) + 2 * theme.S + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw preview and texts."""
        painter.save()
        c = theme.colours()
        room = _background(painter, option).adjusted(theme.S, theme.S, -theme.S, -theme.S)
        box = QRect(room.left(), room.center().y() - PREVIEW_HEIGHT // 2, PREVIEW_WIDTH, PREVIEW_HEIGHT)
        self._preview(painter, box, index.data(RECORD), index.data(PREVIEW))
        texts = room.adjusted(PREVIEW_WIDTH + theme.M - 2, 0, 0, 0)
        bold, small = theme.font(bold=True), theme.font(theme.SMALL)
        one, two = QFontMetrics(bold).height() + 3, QFontMetrics(small).height() + 1
        top = texts.center().y() - (one + 2 * two) // 2
        for text, font, colour, height in (
            (index.data(), bold, c.ink, one),
            (index.data(SECOND), small, c.quiet, two),
            (index.data(THIRD), small, c.quiet, two),
        ):
            _text(painter, QRect(texts.left(), top, texts.width(), height), text or "", font, colour)
            top += height
        painter.restore()

    def _preview(self, painter: QPainter, box: QRect, exhibit: Exhibit, preview: QPixmap | None) -> None:
        c = theme.colours()
        path = QPainterPath()
        path.addRoundedRect(QRectF(box), 4, 4)
        painter.fillPath(path, QColor(c.sunken))
        if preview is not None and not preview.isNull():
            painter.save()
            painter.setClipPath(path)
            drawn = preview.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            target = QRect(box.topLeft(), drawn)
            target.moveCenter(box.center())
            target.moveTop(box.top())
            painter.drawPixmap(target, preview)
            painter.restore()
            return
        name = "lock" if exhibit.state is not ExhibitState.NORMAL else "text" if exhibit.subject.text_only else "page"
        size = 24
        theme.icon(name, c.quiet).paint(
            painter, QRect(box.center().x() - size // 2, box.center().y() - size // 2, size, size)
        )


class LinesDelegate(QStyledItemDelegate):
    """A row of a plain list: a text, and a quieter one below it."""

    def __init__(self, parent: QObject | None = None, *, bold: bool = False) -> None:
        super().__init__(parent)
        self._bold = bold

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002 - Qt's name
        """One or two lines."""
        height = QFontMetrics(theme.font()).height() + 2 * theme.S
        if index.data(SECOND):
            height += QFontMetrics(theme.font(theme.SMALL)).height() + 2
        return QSize(120, height + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw both texts."""
        painter.save()
        c = theme.colours()
        room = _background(painter, option).adjusted(theme.S + 2, 0, -theme.S, 0)
        second = index.data(SECOND)
        font, small = theme.font(bold=self._bold), theme.font(theme.SMALL)
        one, two = QFontMetrics(font).height(), QFontMetrics(small).height() + 2 if second else 0
        top = room.center().y() - (one + two) // 2
        _text(painter, QRect(room.left(), top, room.width(), one), index.data() or "", font, c.ink)
        if second:
            _text(painter, QRect(room.left(), top + one, room.width(), two), second, small, c.quiet)
        painter.restore()
