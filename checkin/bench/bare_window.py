"""What the first window is measured against: PySide6, and a window with a word in it.

Run as a module: a line out when it was painted, and the end.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel


class _Window(QLabel):
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, _painted)


def _painted() -> None:
    sys.stdout.write("painted\n")
    sys.stdout.flush()
    QApplication.quit()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    window = _Window("Checkin")
    window.resize(1366, 768)
    window.show()
    sys.exit(application.exec())
