"""What stands between a tablet and the server: passes everything on, and can be told to hold, break or change it.

A fault is made where faults happen, on the way; neither the server nor the client knows that it is a test.
"""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


class Between:
    """`rules` are asked in order: (method, path) -> None, or a function of (pass_on) that answers (status, headers, body)."""

    def __init__(self, port):
        between, self.rules, self.seen = self, [], []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                between.seen.append((self.command, self.path))

                def pass_on():
                    server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                    server.request(self.command, self.path, body, dict(self.headers))
                    reply = server.getresponse()
                    kept = [(name, value) for name, value in reply.getheaders() if name.lower() not in HOP]
                    return reply.status, kept, reply.read()

                chosen = next((done for rule in list(between.rules) if (done := rule(self.command, self.path))), None)
                try:
                    status, headers, content = chosen(pass_on) if chosen else pass_on()
                    self.send_response(status)
                    for name, value in headers:
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(content)
                except OSError:
                    self.close_connection = True  # the browser is gone, or the server: that is what is tried here

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def on(self, method, part, do):
        """From now on `do` answers where the address holds `part`. Gives back the rule, so that it can be taken away."""

        def rule(asked, path):
            return do if asked == method and part in path else None

        self.rules.append(rule)
        return rule

    def count(self, method, part):
        return sum(asked == method and part in path for asked, path in self.seen)
