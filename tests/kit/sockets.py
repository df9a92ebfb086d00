"""A small WebSocket server (RFC 6455): every client gets the same messages, texts and bytes, and may ask for more."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Self

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
Message = str | bytes


def frame(message: Message) -> bytes:
    data = message.encode() if isinstance(message, str) else message
    kind = 0x81 if isinstance(message, str) else 0x82
    size = struct.pack(">BBH", kind, 126, len(data)) if len(data) > 125 else struct.pack(">BB", kind, len(data))
    return size + data


class SocketServer:
    """``answer(text)`` gives what is sent back to a client that sent ``text``; the first text is empty."""

    def __init__(self, answer: Callable[[str], list[Message]]) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as stream:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = stream.readline()
                if not line:
                    return
                head += line
            lines = head.decode("latin-1").split("\r\n")
            key = next(x.split(":", 1)[1].strip() for x in lines if x.lower().startswith("sec-websocket-key"))
            accept = base64.b64encode(hashlib.sha1(f"{key}{GUID}".encode()).digest()).decode()
            client.sendall(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
            )
            asked = ""
            while True:
                for message in self._answer(asked):
                    client.sendall(frame(message))
                start = stream.read(2)
                if len(start) < 2 or start[0] & 15 == 8:
                    return
                length = start[1] & 127
                if length == 126:
                    length = struct.unpack(">H", stream.read(2))[0]
                mask, data = stream.read(4), stream.read(length)
                asked = bytes(b ^ mask[i % 4] for i, b in enumerate(data)).decode()
