"""Letters, and a scanner that a test decides for."""

import socketserver
import struct
import threading
from contextlib import contextmanager
from email.message import EmailMessage

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def letter(text="Ada came to school with a bruise on her arm.", **headers):
    message = EmailMessage()
    message["From"] = headers.get("sender", "Ms Adeyemi <head@school.example.org>")
    message["To"] = "childrens.services@county.example.org"
    message["Subject"] = headers.get("subject", "Worried about Ada Marlow")
    message["Message-ID"] = headers.get("message_id", "<1@school.example.org>")
    message.set_content(text)
    return message


def with_pdf(message, content=PDF, name="body-map.pdf"):
    message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return message


class Scanner(socketserver.ThreadingTCPServer):
    """Speaks clamd's INSTREAM; finds something in whatever contains `bad`."""

    allow_reuse_address = True
    daemon_threads = True
    bad = b"EICAR"

    @property
    def url(self):
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        found = self.server.bad in content
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


@contextmanager
def scanner():
    with Scanner(("127.0.0.1", 0), Talk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
